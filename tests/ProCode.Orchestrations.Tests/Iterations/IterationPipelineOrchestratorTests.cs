using Microsoft.DurableTask.Client;
using ProCode.Apps;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Iterations;

public sealed class IterationPipelineOrchestratorTests
{
    [Fact]
    public async Task Run_ItsInstanceIsLostBetweenTwoPhases_IsStartedAgainByTheNext()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        var tested = await platform.PassAsync(iteration, PhaseType.TESTING);
        var request = new IterationRequest(iteration.AppId, tested.ParentId!.Value);
        await SettledAsync(platform, request);
        await platform.Durable.TerminateInstanceAsync(InstanceIds.ForIteration(request));
        await WaitFor.Async(async () => await StatusAsync(platform, request) == OrchestrationRuntimeStatus.Terminated);

        await platform.PassAsync(iteration, PhaseType.STAGING);
        await SettledAsync(platform, request);
        Assert.Equal(OrchestrationRuntimeStatus.Running, await StatusAsync(platform, request));

        await platform.PassAsync(iteration, PhaseType.RELEASE);
        await platform.AssertIterationEndedAsync(iteration.AppId, request.PipelineId);
    }

    [Fact]
    public async Task Run_ARowHasStrayed_IsBroughtBackByTheDailyLook()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var iteration = await platform.GivenIterationAsync();
        var entry = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value;
        var request = new IterationRequest(iteration.AppId, entry.ParentId);
        await platform.Get<IterationStarter>().WakeAsync(platform.Durable, request, default);
        await SettledAsync(platform, request);
        var right = await platform.SpanAsync(iteration);
        await platform.Get<PipelineChanges>().ApplyAsync(
            request.AppId, request.PipelineId, pipeline => pipeline with { Status = PipelineStatus.FAILED, IterationStages = [] }, default);

        await platform.PassTimeAsync(TimeSpan.FromHours(1), async () => (await platform.SpanAsync(iteration)).Status == PipelineStatus.RUNNING);

        Assert.Equal(right.IterationStages, (await platform.SpanAsync(iteration)).IterationStages);
        await WaitFor.Async(async () => !await platform.Get<Outbox>().OwesAsync(request.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, request.PipelineId), default));
        await platform.AssertListedAsync(await platform.SpanAsync(iteration));
        Assert.Equal(OrchestrationRuntimeStatus.Running, await StatusAsync(platform, request));
    }

    [Fact]
    public async Task Run_TheIterationIsClosed_Ends()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        var tested = await platform.PassAsync(iteration, PhaseType.TESTING);

        var closed = (await platform.TryCloseAsync(iteration)).Value;
        await platform.Get<RunCalls>().PayAsync(platform.Durable, iteration.AppId, closed.Debts, default);

        await platform.AssertIterationEndedAsync(iteration.AppId, tested.ParentId!.Value);
        Assert.Equal((PipelineStatus.CANCELED, null), ((await platform.SpanAsync(iteration)).Status, (await platform.SpanAsync(iteration)).WaitingFor));
        Assert.Equal("SUCCESS SKIPPED SKIPPED", await platform.StagesAsync(iteration));
        await platform.AssertListedAsync(await platform.SpanAsync(iteration));
    }

    [Fact]
    public async Task Run_TheAppIsArchived_EndsAtItsNextLook()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        var tested = await platform.PassAsync(iteration, PhaseType.TESTING);
        await SettledAsync(platform, new IterationRequest(iteration.AppId, tested.ParentId!.Value));
        Assert.True((await platform.Get<AppArchiving>().RunAsync(iteration.AppId, default)).Succeeded);

        Assert.True(await platform.Get<SettleIteration>().RunAsync(iteration.AppId, tested.ParentId.Value, default));
        Assert.Equal(PipelineStatus.PAUSED, (await platform.SpanAsync(iteration)).Status);
    }

    /// <summary>Every write of the activity that looks after a row that has strayed, cut off before and after it.</summary>
    [Fact]
    public async Task SettleIteration_ItsProcessDiesAtAnyWrite_IsDoneWhenRepeated()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = TestPlatform.WithoutEngine();
            var iteration = await platform.GivenIterationAsync();
            var entry = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value;
            var right = await platform.SpanAsync(iteration);
            await platform.Get<PipelineChanges>().ApplyAsync(iteration.AppId, right.Id, pipeline => pipeline with { Status = PipelineStatus.PAUSED }, default);

            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            try
            {
                Assert.False(await LookAsync());
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                Assert.False(await LookAsync());
            }

            writes.IsArmed = false;
            Assert.Equal(PipelineStatus.RUNNING, (await platform.SpanAsync(iteration)).Status);
            Assert.False(await platform.Get<Outbox>().OwesAsync(iteration.AppId, new OutboxEntry(OutboxKind.WAKE_ITERATION, right.Id), default));

            // What a death left owing to the list is owed still, not lost.
            foreach (var debt in await platform.DebtsAsync(iteration.AppId))
            {
                if (debt.Kind == OutboxKind.LIST_PIPELINE) await platform.Get<Outbox>().PayAsync(iteration.AppId, debt, default);
            }

            await platform.AssertListedAsync(await platform.SpanAsync(iteration));
            if (!writes.HasDied)
            {
                Assert.True(death >= 6, $"only {death / 2} writes");
                return;
            }

            Task<bool> LookAsync() => platform.Get<SettleIterationActivity>().Run(new IterationRequest(iteration.AppId, entry.ParentId), default);
        }
    }

    private static Task SettledAsync(TestPlatform platform, IterationRequest request) => WaitFor.Async(async () =>
        await StatusAsync(platform, request) == OrchestrationRuntimeStatus.Running
        && !await platform.Get<Outbox>().OwesAsync(request.AppId, new OutboxEntry(OutboxKind.WAKE_ITERATION, request.PipelineId), default));

    private static async Task<OrchestrationRuntimeStatus?> StatusAsync(TestPlatform platform, IterationRequest request) =>
        (await platform.Durable.GetInstanceAsync(InstanceIds.ForIteration(request)))?.RuntimeStatus;
}
