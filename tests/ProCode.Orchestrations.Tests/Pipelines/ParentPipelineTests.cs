using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class ParentPipelineTests
{
    private static readonly RunRequest Run = new(Given.AppId, Given.PipelineId, 1);

    private readonly Account _account = new();

    /// <summary>But for the debt of the run's own line, which the next step renews.</summary>
    [Fact]
    public async Task Run_FirstStep_PaysAllThatTheReleaseOwed()
    {
        await Given.ReleaseAsync(_account);
        await AdvanceAsync(null);

        Assert.Equal([new OutboxEntry(OutboxKind.LIST_PIPELINE, Given.PipelineId)], (await OwedAsync()).Select(owed => owed.Entry));
        Assert.Equal([Given.PipelineId, Given.ParentId], (await ListedAsync()).Select(pipeline => pipeline.Id));
    }

    [Fact]
    public async Task Run_TheSameOutcomeTwice_GivesTheSameStep()
    {
        await Given.ReleaseAsync(_account);
        await AdvanceAsync(null);
        var outcome = StageOutcome.Success(StageKind.CODE_CHECK, 1, new CodeCheckOutput("c0ffee", "v1.0.0"));

        var step = await AdvanceAsync(outcome);
        Assert.Equal((NextStepKind.RUN_STAGE, StageKind.BUILD, 1), (step.Kind, step.Stage, step.Attempt));
        Assert.Equal(step, await AdvanceAsync(outcome));
    }

    [Fact]
    public async Task Run_LastingFailure_SettlesPhaseAndBothPipelines()
    {
        await Given.ReleaseAsync(_account);
        await AdvanceAsync(null);

        var step = await AdvanceAsync(StageOutcome.Failed(StageKind.CODE_CHECK, 1, GeneralErrors.Unprocessable.With("no")));

        Assert.Equal(NextStepKind.END, step.Kind);
        var iteration = (await _account.Iterations.FindAsync(Given.AppId, Given.IterationId, TestContext.Current.CancellationToken))!.Value;
        Assert.Equal((IterationStatus.RELEASING, PhaseStatus.FAILED), (iteration.Status, iteration.LatestPhase!.Status));
        Assert.All(await ListedAsync(), pipeline => Assert.Equal(PipelineStatus.FAILED, pipeline.Status));
        var owed = Assert.Single(await OwedAsync());
        Assert.Equal(new OutboxEntry(OutboxKind.WAKE_ITERATION, Given.ParentId), owed.Entry); // The engine was not there to be called.
    }

    // Events are the sweep's.
    private async Task<IEnumerable<OwedEntry>> OwedAsync() =>
        (await _account.Outbox.OwedAsync(Given.AppId, TestContext.Current.CancellationToken)).Where(debt => debt.Entry.Kind != OutboxKind.PUBLISH_EVENT);

    private Task<NextStep> AdvanceAsync(StageOutcome? outcome) =>
        new AdvancePipelineActivity(
            _account.Rows, _account.Pipelines, _account.Deployments, _account.Boundary, _account.Outbox, _account.Calls, _account.Events, Options.Create(new PipelineOptions()), _account.Time,
            NullLogger<AdvancePipelineActivity>.Instance)
            .Run(new AdvanceRequest(Run, outcome), durable: null!, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<Pipeline>> ListedAsync() =>
        (await _account.Pipelines.ListAsync(new PipelineFilter(1), 10, null, TestContext.Current.CancellationToken)).Value.Items;
}
