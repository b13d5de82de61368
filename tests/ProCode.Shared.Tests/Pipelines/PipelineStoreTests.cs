using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Shared.Tests.Storage;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Pipelines;

public sealed class PipelineStoreTests(StorageFixture storage)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ListAsync_OlderStateWrittenLast_TheNewerStays()
    {
        var (store, project) = (NewStore(), Random.Shared.NextInt64(2, long.MaxValue));
        var pending = NewPipeline(project);
        var running = pending.Move(PipelineEvent.Start, Now);

        await store.ListAsync(running, Cancellation);
        await store.ListAsync(pending, Cancellation);
        Assert.Equal(PipelineStatus.RUNNING, await ListedAsync(store, project));

        await store.ListAsync(running.Move(PipelineEvent.Fail, Now), Cancellation);
        Assert.Equal(PipelineStatus.FAILED, await ListedAsync(store, project));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PipelineStore NewStore() => new(storage.Tables, new AppPartition(storage.Tables, new Doorbells(storage.Tables, TimeProvider.System), TimeProvider.System), new Owners(storage.Tables));

    private static Pipeline NewPipeline(long projectId)
    {
        var phase = new IterationPhase(5, PhaseType.RELEASE, "main", "v1.0.0", false, AppEnvironment.Production, PhaseStatus.RUNNING, 4, Now);
        return Pipeline.ForPhase(4, 1, projectId, 2, 3, phase, new PipelineOptions().PhaseDefaults(), Now);
    }

    private static async Task<PipelineStatus> ListedAsync(PipelineStore store, long projectId) =>
        Assert.Single((await store.ListAsync(new PipelineFilter(projectId), 10, null, Cancellation)).Value.Items).Status;
}
