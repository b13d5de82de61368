using ProCode.Deployments;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deployments;

public sealed class DeploymentStoreTests
{
    private const long AppId = 1;

    [Fact]
    public async Task ListAsync_ManyPages_IsNewestFirstAndFiltered()
    {
        await using var platform = TestPlatform.WithoutEngine();
        await GivenAsync(platform, Enumerable.Range(1, 12).Select(id => New(platform, id, id, id % 3 == 0 ? OpsStatus.FAILED : OpsStatus.SUCCESS)));
        await GivenAsync(platform, [New(platform, 5, 99, OpsStatus.SUCCESS) with { Id = "deploy-1-5-1-2", Environment = "staging" }]);

        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 5, 4, 3, 2, 1], await IdsAsync(platform, new DeploymentFilter(AppId)));
        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], await IdsAsync(platform, new DeploymentFilter(AppId, "production")));
        Assert.Equal([12, 9, 6, 3], await IdsAsync(platform, new DeploymentFilter(AppId, "production", OpsStatus.FAILED)));
        Assert.Equal([5], await IdsAsync(platform, new DeploymentFilter(AppId, "staging")));
        Assert.Empty(await IdsAsync(platform, new DeploymentFilter(AppId, "x' or RowKey ne '")));
        Assert.Empty(await IdsAsync(platform, new DeploymentFilter(2)));
    }

    [Fact]
    public async Task SearchAsync_TheNewestTwo_IsOneRequest()
    {
        await using var platform = TestPlatform.WithoutEngine();
        await GivenAsync(platform, Enumerable.Range(1, 40).Select(id => New(platform, id, id, OpsStatus.SUCCESS)));
        var before = platform.Tables.Requests;

        var search = await platform.Get<DeploymentStore>().SearchAsync(AppId, "production", new RollbackSearch(40), default);

        Assert.Equal((40, 39, 1), (search.Current!.Fence, search.Target!.Fence, platform.Tables.Requests - before));
    }

    [Fact]
    public async Task SearchAsync_ALowIdDeployedLast_IsFoundAsTheCurrentOne()
    {
        await using var platform = TestPlatform.WithoutEngine();
        await GivenAsync(platform, Enumerable.Range(2, 40).Select(id => New(platform, id, id, OpsStatus.SUCCESS)));
        await GivenAsync(platform, [New(platform, 1, 42, OpsStatus.SUCCESS)]);

        var search = await platform.Get<DeploymentStore>().SearchAsync(AppId, "production", new RollbackSearch(42), default);

        Assert.Equal((42, 41), (search.Current!.Fence, search.Target!.Fence));
    }

    [Fact]
    public async Task ReportAsync_TheStatusChanges_IsListedUnderIt()
    {
        await using var platform = TestPlatform.WithoutEngine();
        await GivenAsync(platform, [New(platform, 1, 1, OpsStatus.RUNNING)]);
        await platform.Get<DeploymentStore>().ReportAsync(
            new DeployId(AppId, 1, 1, 1), new Evidence(EvidenceSource.POLL, OpsStatus.SUCCESS, "up", platform.Time.GetUtcNow()), null, default);

        Assert.Equal([1], await IdsAsync(platform, new DeploymentFilter(AppId, null, OpsStatus.SUCCESS)));
        Assert.Empty(await IdsAsync(platform, new DeploymentFilter(AppId, null, OpsStatus.RUNNING)));
    }

    private static async Task<IReadOnlyList<long>> IdsAsync(TestPlatform platform, DeploymentFilter filter)
    {
        var ids = new List<long>();
        string? continuation = null;
        do
        {
            var page = (await platform.Get<DeploymentStore>().ListAsync(filter, 5, continuation, default)).Value;
            Assert.True(page.Items.Count <= 5);
            ids.AddRange(page.Items.Select(deployment => deployment.PipelineId));
            continuation = page.Continuation;
        }
        while (continuation is not null);

        return ids;
    }

    private static async Task GivenAsync(TestPlatform platform, IEnumerable<Deployment> deployments) =>
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(AppId, [.. deployments.SelectMany(DeploymentStore.Insert)], default));

    private static Deployment New(TestPlatform platform, long pipelineId, long fence, OpsStatus status)
    {
        var now = platform.Time.GetUtcNow();
        var config = new DeploymentConfig(new Dictionary<string, string>(), "1", "1Gi", 1, 8080, "/health");
        return new Deployment(
            new DeployId(AppId, pipelineId, 1, 1).ToString(), AppId, pipelineId, "production", fence, "layout/agent", $"sha256:{fence}", config, "", status, "", now, now);
    }
}
