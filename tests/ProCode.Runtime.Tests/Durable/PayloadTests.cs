using Microsoft.DurableTask;
using ProCode.Local.Durable;
using ProCode.Local.Durable.History;
using ProCode.Runtime.Tests.Durable.Faults;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Inputs, outputs and results that are too long for a row stand beside the history, once, for as long as something has them.</summary>
public sealed class PayloadTests
{
    // As JSON, a text of this length with its quotes is the longest that stays in its row.
    private const int Longest = (64 * 1024) - 2;

    private static readonly string Long = new('l', 100_000);

    [Theory]
    [InlineData(Longest, 0)]
    [InlineData(Longest + 1, 1)]
    public async Task Input_UpTo64KiB_StandsInItsRow(int length, int payloads)
    {
        await using var host = await EngineHost.StartAsync(Echo);

        var end = await host.RunAsync("length", new string('x', length));

        Assert.Equal(length, end.ReadOutputAs<int>());
        Assert.Equal(payloads, Payloads(host));
    }

    [Fact]
    public async Task Input_FewCharactersOfManyBytes_StandsBesideItsRow()
    {
        await using var host = await EngineHost.StartAsync(Echo);
        var text = string.Concat(Enumerable.Repeat("編\U0001F680", 10_000));

        // The packages' JSON has no other characters than those of one byte.
        await host.Worker.Engine.StartInstanceAsync(new StartRequest("raw", "echo", $"\"{text}\""));

        Assert.Equal(text, (await host.EndOfAsync("raw")).ReadOutputAs<string>());
        Assert.Equal(2, Payloads(host));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_GoesThroughInputActivityEventAndOutput_IsKeptOnceAndReadEverywhere(bool forceReplay)
    {
        void Register(DurableTaskRegistry tasks) => tasks
            .AddActivityFunc<string, string>("same", (_, text) => text)
            .AddOrchestratorFunc<string, string>("pass", async (context, input) =>
            {
                var result = await context.CallActivityAsync<string>("same", input);
                var told = await context.WaitForExternalEvent<string>("told");
                return await context.CallSubOrchestratorAsync<string>("child", result == told ? told : "another");
            })
            .AddOrchestratorFunc<string, string>("child", (_, input) => Task.FromResult(input));
        await using var host = await EngineHost.StartAsync(Register, forceReplay: forceReplay);

        var id = await host.StartInstanceAsync("pass", Long);
        await host.HistoryHasAsync<ActivityCompleted>(id);
        await host.CloseAsync();
        await host.OpenAsync(Register);
        await host.Client.RaiseEventAsync(id, "told", Long);
        var end = await host.EndOfAsync(id);

        Assert.Equal(Long, end.ReadOutputAs<string>());
        Assert.Equal(Long, end.ReadInputAs<string>());
        Assert.Equal(1, Payloads(host));
        Assert.Equal($"\"{Long}\"", Assert.Single(host.History(id).OfType<ActivityCompleted>()).Result);
    }

    [Fact]
    public async Task Purge_LastInstanceThatHasIt_RemovesTheText()
    {
        await using var host = await EngineHost.StartAsync(Echo);
        var ids = new[] { await host.StartInstanceAsync("length", Long), await host.StartInstanceAsync("length", Long) };
        foreach (var id in ids)
            await host.EndOfAsync(id);

        await host.Client.PurgeInstanceAsync(ids[0]);
        Assert.Equal(1, Payloads(host));

        await host.Client.PurgeInstanceAsync(ids[1]);
        Assert.Equal(0, Payloads(host));
    }

    [Fact]
    public async Task ContinueAsNew_WithAnotherTextEachTime_KeepsTheLastOnly()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc<string, string>("more", (_, text) => text + "m")
            .AddOrchestratorFunc<string, string>("grow", async (context, input) =>
            {
                var more = await context.CallActivityAsync<string>("more", input);
                if (more.Length < Long.Length + 5)
                    context.ContinueAsNew(more);
                return more;
            }));

        var end = await host.RunAsync("grow", Long);

        Assert.Equal(Long.Length + 5, end.ReadOutputAs<string>()!.Length);
        // The last generation's input and its result, which is the output, too.
        Assert.Equal(2, Payloads(host));
    }

    [Fact]
    public async Task Purge_ActivityHasNotRun_RunsWithItsTextAfterTheNextStart()
    {
        var (held, lengths) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        var first = true;
        void Register(DurableTaskRegistry tasks) => tasks
            .AddActivityFunc<string>("measure", async (_, text) =>
            {
                if (first)
                    await held.Task;
                lengths.TrySetResult(text.Length);
            })
            .AddOrchestratorFunc<string>("hand on", (context, input) => context.CallActivityAsync("measure", input));
        await using var host = await EngineHost.StartAsync(Register);
        var id = await host.StartInstanceAsync("hand on", Long);
        await host.HistoryHasAsync<ActivityScheduled>(id);
        await host.Client.TerminateInstanceAsync(id);
        await host.Client.PurgeInstanceAsync(id);

        var closing = host.CloseAsync();
        held.SetException(new OperationCanceledException());
        await closing;
        first = false;
        await host.OpenAsync(Register);

        Assert.Equal(Long.Length, await lengths.Task.WaitAsync(EngineHost.Deadline));
        await EngineHost.EventuallyAsync(() => Payloads(host) == 0, "its text goes with it");
    }

    [Fact]
    public async Task Event_ToAnInstanceThatIsOver_LeavesNoText()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("over", _ => Task.CompletedTask)
            .AddOrchestratorFunc<string>("send", async (context, to) =>
            {
                context.SendEvent(to, "late", Long);
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            }));
        var over = await host.RunAsync("over");

        var sender = await host.RunAsync("send", over.InstanceId);
        Assert.Equal(1, Payloads(host));
        await host.Client.PurgeInstanceAsync(sender.InstanceId);

        Assert.Equal(0, Payloads(host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("'; DROP TABLE history; --")]
    [InlineData("\u00e4\u4e2d\U0001F680")]
    public async Task Text_OfAnyCharacters_ComesBackAsItWas(string text)
    {
        await using var host = await EngineHost.StartAsync(Echo, forceReplay: true);

        Assert.Equal(text, (await host.RunAsync("echo", text)).ReadOutputAs<string>());
    }

    private static void Echo(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string, int>("length", (_, text) => Task.FromResult(text.Length))
        .AddOrchestratorFunc<string, string>("echo", (_, text) => Task.FromResult(text));

    // Also that every text has somebody, and everybody a text.
    private static int Payloads(EngineHost host)
    {
        using var file = new StateFile(host.DatabasePath);
        Assert.Equal(0, file.LostPayloads());
        return file.Query("SELECT 1 FROM payloads").Count;
    }
}
