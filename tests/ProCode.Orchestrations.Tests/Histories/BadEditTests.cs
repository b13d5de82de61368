using Microsoft.DurableTask;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>What golden histories are for: an edit that instances under way can't follow is found, and its place is named.</summary>
public sealed class BadEditTests
{
    [Fact]
    public void Replay_TheCopyAsItIs_GoesTheSameWay() => ProductOrchestrators.Replay(Golden(), context => RunAsync(context));

    [Fact]
    public void Replay_TwoCallsAreSwapped_NamesTheFirst() => AssertParts(
        $"ActivityScheduled '{nameof(PrepareDeploymentActivity)}'",
        $"the code asks for ActivityScheduled '{nameof(OrderDeploymentActivity)}'",
        context => RunAsync(context, swapped: true));

    [Fact]
    public void Replay_ACallIsAdded_NamesThePlace() => AssertParts(
        $"ActivityScheduled '{nameof(PrepareDeploymentActivity)}'",
        $"the code asks for ActivityScheduled '{nameof(CheckDeploymentActivity)}'",
        context => RunAsync(context, added: true));

    [Fact]
    public void Replay_APayloadIsChanged_NamesTheCallAndBothPayloads() => AssertParts(
        $"ActivityScheduled '{nameof(OrderDeploymentActivity)}'",
        "its input has changed: {\"attempt\":",
        context => RunAsync(context, longer: 1));

    [Fact]
    public void Replay_ATimerIsChanged_NamesBothTimes() => AssertParts(
        "TimerCreated #0", "the code sets TimerCreated #0", context => RunAsync(context, pause: TimeSpan.FromSeconds(1)));

    private static void AssertParts(string at, string how, Func<TaskOrchestrationContext, Task<bool>> edited)
    {
        var golden = Golden();
        var parted = Assert.Throws<HistoryDivergenceException>(() => ProductOrchestrators.Replay(golden, edited));
        Assert.Contains(at, parted.Message, StringComparison.Ordinal);
        Assert.Contains(how, parted.Message, StringComparison.Ordinal);
        Assert.IsType<DecisionEvent>(golden.Events[parted.Index], exactMatch: false);
    }

    /// <summary>A run that waited for the lock, got it and ordered.</summary>
    internal static RecordedRun Golden() => GoldenHistories.Files.Where(file => file.Contains("order-waits-for-the-lock", StringComparison.Ordinal))
        .Select(GoldenHistories.Read).First(run => run.Orchestrator == nameof(DeploymentOrderOrchestrator) && run.End is { Status: "Completed" });

    /// <summary>A copy of <see cref="DeploymentOrderOrchestrator"/> as far as it gets the lock, and what somebody may make of it.</summary>
    internal static async Task<bool> RunAsync(
        TaskOrchestrationContext context, bool swapped = false, bool added = false, int longer = 0, TimeSpan pause = default)
    {
        var order = context.GetInput<DeploymentOrder>()!;
        if (order.Pause > TimeSpan.Zero)
        {
            using var giveUp = new CancellationTokenSource();
            var free = context.WaitForExternalEvent<string>(DeploymentOrderOrchestrator.Free, giveUp.Token);
            await Task.WhenAny(free, context.CreateTimer(context.CurrentUtcDateTime + order.Pause + pause, giveUp.Token));
            giveUp.Cancel();
        }

        if (added) await context.CallActivityAsync<DeploymentProgress>(nameof(CheckDeploymentActivity), order.Wait, RetryPolicies.Rows);
        if (swapped) await OrderAsync();
        await context.CallActivityAsync<PreparedDeployment>(nameof(PrepareDeploymentActivity), order.Attempt, RetryPolicies.Rows);
        if (!swapped) await OrderAsync();
        return true;

        Task<bool> OrderAsync() => context.CallActivityAsync<bool>(
            nameof(OrderDeploymentActivity), order with { Pause = TimeSpan.FromSeconds(5), Wait = order.Wait with { PollTimeout = order.Wait.PollTimeout + longer } }, RetryPolicies.Effect);
    }
}
