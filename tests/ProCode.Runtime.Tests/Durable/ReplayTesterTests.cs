using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Code is replayed against what a run did, and whatever differs is named with its event.</summary>
public sealed class ReplayTesterTests
{
    /// <summary>What a changed orchestrator does, and at which event that shows, in which words.</summary>
    public static TheoryData<int, string, Func<TaskOrchestrationContext, Task<string>>> Changes => new()
    {
        { 1, "event 1 (ActivityScheduled 'first' #0): the code asks for ActivityScheduled 'other' #0", context => RunAsync(context, first: "other") },
        { 1, "its input has changed: {\"Number\":1} is recorded, the code gives {\"Number\":2}", context => RunAsync(context, number: 2) },
        { 1, "the code asks for ActivityScheduled 'second' #0", context => RunAsync(context, first: "second", second: "first") },
        { 2, "event 2 (StepStarted 2030-01-01T00:00:00Z): before it, the code asks for ActivityScheduled 'extra' #1", async context =>
            {
                var extra = context.CallActivityAsync("first", new { Number = 1 });
                await Task.WhenAll(extra, context.CallActivityAsync("extra"));
                return "";
            } },
        { 4, "event 4 (ActivityScheduled 'second' #1): the code doesn't ask for it, but ends (Completed)", async context =>
            {
                await context.CallActivityAsync("first", new { Number = 1 });
                return "";
            } },
        { 4, "but fails with System.NotSupportedException: Not any more.", async context =>
            {
                await context.CallActivityAsync("first", new { Number = 1 });
                throw new NotSupportedException("Not any more.");
            } },
        { 7, "event 7 (TimerCreated #2 for 2030-01-01T00:01:00Z): the code sets TimerCreated #2 for 2030-01-01T00:02:00Z", context => RunAsync(context, minutes: 2) },
        { 10, "the code asks for ChildScheduled 'child' #3 as 'another'", context => RunAsync(context, child: "another") },
        { 10, "its version has changed: '1.0' is recorded, the code gives '1.1'", context => RunAsync(context, childVersion: "1.1") },
        { 13, "its end: its output has changed: \"ended\" is recorded, the code gives \"changed\"", context => RunAsync(context, output: "changed") },
        { 13, "its end: the code goes on, and the history ends (Completed)", async context =>
            {
                await RunAsync(context);
                return await context.WaitForExternalEvent<string>("more");
            } },
        { 13, "its end: the code ends (ContinuedAsNew), and the history ends (Completed)", async context =>
            {
                context.ContinueAsNew();
                return await RunAsync(context);
            } },

        // Right as long as it goes on, and wrong after a restart.
        { 4, "event 4 (ActivityScheduled 'second' #1): The history has activity 'second' (#1), but the orchestrator now asks for activity 'replayed' (#1).", async context =>
            {
                await context.CallActivityAsync("first", new { Number = 1 });
                if (context.IsReplaying) await context.CallActivityAsync("replayed");
                return await RestAsync(context);
            } },
    };

    [Fact]
    public async Task Replay_TheSameCode_GoesTheSameWay() => Replay(await RecordAsync(), context => RunAsync(context));

    [Fact]
    public async Task Replay_AnUnfinishedRun_GoesTheSameWayAsFarAsItGoes()
    {
        var recorded = await RecordAsync();

        Replay(recorded with { Events = [.. recorded.Events.Take(8)], End = null }, context => RunAsync(context));
    }

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Replay_ChangedCode_NamesTheEventAtWhichItParts(int index, string message, Func<TaskOrchestrationContext, Task<string>> changed)
    {
        var recorded = await RecordAsync();

        var parted = Assert.Throws<HistoryDivergenceException>(() => Replay(recorded, changed));

        Assert.Contains(message, parted.Message, StringComparison.Ordinal);
        Assert.Equal(index, parted.Index);
    }

    [Fact]
    public async Task Record_ARun_IsTheSameBytesEveryTimeAndWhatTheEngineExports()
    {
        await using var host = await HostAsync();
        var first = await RecordAsync(host);
        var exported = host.Worker.Engine.Export("recorded")!;
        var beside = HistoryExport.Read(host.DatabasePath, "recorded")!;
        await using var another = await HostAsync();

        Assert.Equal(first.ToJson(), (await RecordAsync(another)).ToJson());
        Assert.Equal(first.ToJson(), exported.ToJson());
        Assert.Equal(first.ToJson(), beside.ToJson());
        await host.CloseAsync();
        Assert.Equal(first.ToJson(), HistoryExport.Read(host.DatabasePath, "recorded")!.ToJson());
        Assert.Null(HistoryExport.Read(host.DatabasePath, "unknown"));
        Assert.Equal(first.ToJson(), RecordedRun.Parse(first.ToJson()).ToJson());
    }

    [Fact]
    public async Task Record_AnInstanceThatContinuesAsNew_KeepsEveryRun()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, int>("count", (context, number) =>
        {
            if (number < 3) context.ContinueAsNew(number + 1);
            return Task.FromResult(number);
        }));
        await host.RunAsync("count", 1);

        Assert.Equal(
            ["1 ContinuedAsNew 2", "2 ContinuedAsNew 3", "3 Completed "],
            host.Recorder.Runs.Select(run => $"{run.Input} {run.End!.Status} {run.End.Input}"));
        Assert.Equal("3", host.Worker.Engine.Export(host.Recorder.Runs[0].InstanceId)!.Input);
    }

    [Fact]
    public async Task Record_AFailure_KeepsNoStackTrace()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new InvalidOperationException("inner")))
            .AddOrchestratorFunc("run", context => context.CallActivityAsync("fail")));
        await host.RunAsync("run");

        var text = Assert.Single(host.Recorder.Runs).ToJson();

        Assert.Contains("inner", text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(ReplayTesterTests), text, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(
        TaskOrchestrationContext context, string first = "first", string second = "second", int number = 1, int minutes = 1, string child = "child-1",
        string? childVersion = null, string output = "ended")
    {
        await context.CallActivityAsync(first, new { Number = number });
        return await RestAsync(context, second, minutes, child, childVersion, output);
    }

    private static async Task<string> RestAsync(
        TaskOrchestrationContext context, string second = "second", int minutes = 1, string child = "child-1", string? childVersion = null, string output = "ended")
    {
        await context.CallActivityAsync(second);
        await context.CreateTimer(TimeSpan.FromMinutes(minutes), CancellationToken.None);
        await context.CallSubOrchestratorAsync("child", null, new SubOrchestrationOptions { InstanceId = child, Version = childVersion ?? context.Version });
        return output;
    }

    private static Task<EngineHost> HostAsync() => EngineHost.StartAsync(
        tasks => tasks
            .AddActivityFunc("first", _ => { })
            .AddActivityFunc("second", _ => { })
            .AddOrchestratorFunc("child", _ => { })
            .AddOrchestratorFunc<string>("run", context => RunAsync(context)),
        new ManualClock());

    private static async Task<RecordedRun> RecordAsync()
    {
        await using var host = await HostAsync();
        return await RecordAsync(host);
    }

    private static async Task<RecordedRun> RecordAsync(EngineHost host)
    {
        await host.Client.ScheduleNewOrchestrationInstanceAsync("run", null, new StartOrchestrationOptions("recorded") { Version = "1.0" });
        await host.HistoryHasAsync<TimerCreated>("recorded");
        host.Clock!.Advance(TimeSpan.FromMinutes(1));
        await host.EndOfAsync("recorded");
        return host.Recorder.Runs.Single(run => run.Orchestrator == "run");
    }

    private static void Replay(RecordedRun recorded, Func<TaskOrchestrationContext, Task<string>> code)
    {
        var tasks = new DurableTaskRegistry().AddOrchestratorFunc(recorded.Orchestrator, code);
        using var services = new ServiceCollection().BuildServiceProvider();
        ReplayTester.Replay(new RegistryWorkload(tasks, services, JsonDataConverter.Default, NullLoggerFactory.Instance), recorded);
    }
}
