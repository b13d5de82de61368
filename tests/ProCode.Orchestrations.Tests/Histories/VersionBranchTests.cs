using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>How an orchestrator is changed while instances of it are under way: under a version, and never otherwise.</summary>
public sealed class VersionBranchTests
{
    private const string Changed = "1000.0"; // Later than any version in the folder of histories.
    private const string Announce = "AnnounceActivity";

    public static TheoryData<string> FirstVersion => [.. GoldenHistories.Files.Where(file => file.StartsWith("1.0/", StringComparison.Ordinal))];

    [Fact]
    public void Replay_ABranchForTheNewVersion_LeavesInstancesOfTheOldOneOnTheirWay()
    {
        ProductOrchestrators.Replay(BadEditTests.Golden(), Branched);
        ProductOrchestrators.Replay(Unversioned(BadEditTests.Golden()), Branched);
    }

    [Fact]
    public void Replay_TheSameChangeWithoutABranch_Parts()
    {
        var parted = Assert.Throws<HistoryDivergenceException>(() => ProductOrchestrators.Replay(BadEditTests.Golden(), Unbranched));
        Assert.Contains(Announce, parted.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("1.0", false)]
    [InlineData(Changed, true)]
    public async Task Run_TheBranchedOrchestrator_GoesTheWayOfTheVersionItBeganWith(string? version, bool announces)
    {
        var calls = new List<string>();
        await using var host = await DurableTaskTestHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc("run", Branched)
                .AddActivityFunc(Announce, _ => calls.Add(Announce))
                .AddActivityFunc<StageAttempt, PreparedDeployment>(nameof(PrepareDeploymentActivity), (_, _) => PreparedDeployment.READY)
                .AddActivityFunc<DeploymentOrder, bool>(nameof(OrderDeploymentActivity), (_, _) => true),
            new DurableTaskTestHostOptions { ConfigureServices = services => services.AddSingleton(TestPlatform.Payloads) });
        var order = new DeploymentOrder(new StageAttempt(1, 2, 1, StageKind.DEPLOY, 1), new DeploymentWait(new(1, 2, 1, 1), 30, 1800), TimeSpan.Zero);
        var options = new StartOrchestrationOptions { Version = version is null ? null : new TaskVersion(version) };

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("run", order, options);
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, deadline.Token);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(announces ? [Announce] : [], calls);
    }

    /// <summary>What began before there were versions goes the way of the first.</summary>
    [Theory]
    [MemberData(nameof(FirstVersion))]
    public void Replay_AnInstanceWithoutAVersion_GoesTheWayOfTheFirst(string file) => ProductOrchestrators.Replay(Unversioned(GoldenHistories.Read(file)));

    private static Task<bool> Branched(TaskOrchestrationContext context) =>
        context.CompareVersionTo(Changed) >= 0 ? Unbranched(context) : BadEditTests.RunAsync(context);

    private static async Task<bool> Unbranched(TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(Announce);
        return await BadEditTests.RunAsync(context);
    }

    private static RecordedRun Unversioned(RecordedRun run) => run with
    {
        Version = "",
        Events = [.. run.Events.Select(e => e is ChildScheduled child ? child with { Version = "" } : e)],
    };
}
