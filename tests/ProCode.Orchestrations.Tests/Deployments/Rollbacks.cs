using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deployments;

/// <summary>What tests do with roll-backs.</summary>
internal static class Rollbacks
{
    /// <summary>A release of the app that has succeeded, by an iteration of its own; <paramref name="source"/> is the digit its commit is made of.</summary>
    public static async Task<RunRequest> GivenReleasedAsync(this TestPlatform platform, App app, string tag, char source)
    {
        platform.Git.Head = new string(source, 40);
        var run = await platform.GivenReleaseAsync(app, tag);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(run)).Status);
        return run;
    }

    /// <summary>An app that has released v1.0.0 and then v2.0.0, of different sources.</summary>
    public static async Task<(App App, RunRequest First, RunRequest Second)> GivenTwoReleasesAsync(this TestPlatform platform)
    {
        var app = await platform.GivenAppAsync();
        return (app, await platform.GivenReleasedAsync(app, "v1.0.0", 'a'), await platform.GivenReleasedAsync(app, "v2.0.0", 'b'));
    }

    /// <summary>The same past, written without the engine: quick enough for a sweep.</summary>
    public static async Task<(App App, RunRequest First, RunRequest Second)> GivenTwoWrittenReleasesAsync(this TestPlatform platform)
    {
        var app = await platform.GivenAppAsync();
        return (app, await WriteAsync('a'), await WriteAsync('b'));

        async Task<RunRequest> WriteAsync(char digest)
        {
            var run = await platform.GivenPackagedReleaseAsync(app, digest: digest);
            var advance = platform.Get<AdvancePipelineActivity>();
            await advance.Run(new AdvanceRequest(run, null), null!, default);
            Assert.Equal(PreparedDeployment.READY, await platform.Get<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), null!, default));
            await platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: false);
            var outcome = StageOutcome.Success(StageKind.DEPLOY, 1, new DeployOutput(run.DeployId().ToString(), "http://agent.test"));
            await advance.Run(new AdvanceRequest(run, outcome with { DeployStatus = DeployStatus.DEPLOY_SUCCESS }), null!, default);
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.PipelineAsync(run)).Status);
            return run;
        }
    }

    /// <summary>Asks for a roll-back, as one request does, under an Idempotency-Key if there is one.</summary>
    public static async Task<Result<Rollback>> TryRollBackAsync(
        this TestPlatform platform, long appId, string? to = null, string environment = AppEnvironment.Production, string? key = null)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var services = request.ServiceProvider;
        if (key is not null)
        {
            var keyed = await services.GetRequiredService<IdempotencyStore>().BeginAsync("tester", "rollback", key, new byte[] { 1 }, default);
            services.GetRequiredService<RequestIds>().Use(keyed.Value);
        }

        return await services.GetRequiredService<StartRollback>().RunAsync(new RollbackOrder(appId, environment, to, "tester"), default);
    }

    /// <summary>A roll-back that is accepted and not started yet.</summary>
    public static async Task<RunRequest> GivenRollbackAsync(this TestPlatform platform, long appId, string? to = null, string? key = null)
    {
        var rollback = (await platform.TryRollBackAsync(appId, to, key: key)).Value;
        return new RunRequest(rollback.AppId, rollback.PipelineId, rollback.Run);
    }

    public static async Task<string> DigestAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.PipelineAsync(run)).OutputOf<PackageOutput>(StageKind.PACKAGE).Digest;

    /// <summary>Everything that belongs to releases, with its version: iterations with their phases, the pipelines of both types, runs, deployments.</summary>
    public static async Task<IReadOnlyList<string>> ReleaseRowsAsync(this TestPlatform platform, params IEnumerable<RunRequest> rollbacks)
    {
        var own = rollbacks.SelectMany(run => new[] { AppRows.Pipeline(run.PipelineId), AppRows.Deployment(run.PipelineId, 1, 1) }).ToList();
        string[] kinds = [AppRows.IterationPrefix, AppRows.PipelinePrefix, AppRows.DeploymentPrefix];
        return
        [
            .. (await platform.RowsAsync(TableNames.Apps)).Where(row =>
                kinds.Any(kind => row.Contains($"/{kind}", StringComparison.Ordinal)) && !own.Any(key => row.Contains($"/{key}", StringComparison.Ordinal))),
        ];
    }

    /// <summary>All rows there are; ids may be used up, and nothing else.</summary>
    public static async Task<IReadOnlyList<string>> AllRowsAsync(this TestPlatform platform)
    {
        var rows = new List<string>();
        foreach (var table in TableNames.All.Except([TableNames.Counters])) rows.AddRange(await platform.RowsAsync(table));
        return rows;
    }
}
