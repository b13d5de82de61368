using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests;

/// <summary>Rows as the edge leaves them when a release was accepted.</summary>
internal static class Given
{
    public const long AppId = 1;
    public const long IterationId = 2;
    public const long ParentId = 3;
    public const long PipelineId = 4;

    /// <summary>An accepted release whose run has not begun, with what it owes.</summary>
    public static async Task ReleaseAsync(Account account, long appId = AppId)
    {
        var now = account.Time.GetUtcNow();
        var phase = new IterationPhase(5, PhaseType.RELEASE, "main", "v1.0.0", false, AppEnvironment.Production, PhaseStatus.RUNNING, PipelineId, now);
        var iteration = new Iteration(
            IterationId, appId, 1, "first", IterationStatus.RELEASING, "main", PhaseType.RELEASE, ParentId, [phase], now, now);
        var parent = Pipeline.ForIteration(ParentId, iteration, now).Move(PipelineEvent.Start, now);
        var pipeline = Pipeline.ForPhase(PipelineId, appId, 1, IterationId, ParentId, phase, new PipelineOptions().PhaseDefaults(), now);
        var run = new PipelineRun(PipelineId, 1, PipelineStatus.PENDING, StageKind.CODE_CHECK, "tester", now);
        var written = await account.Rows.CommitAsync(
            appId,
            [
                AppPartition.Insert(appId, AppRows.Iteration(IterationId), iteration), .. PipelineStore.Insert(parent), .. PipelineStore.Insert(pipeline),
                AppPartition.Insert(appId, AppRows.Run(PipelineId, 1), run), AppPartition.Owe(appId, new OutboxEntry(OutboxKind.START_RUN, PipelineId, 1)),
                AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, PipelineId)),
                AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, ParentId)),
            ],
            CancellationToken.None);
        Assert.NotNull(written);
    }
}
