using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>Deployments with what their environment says.</summary>
public sealed class EnvironmentDeploymentTests
{
    private const string Secret = "s3cret-of-the-model-provider";

    [Fact]
    public async Task Deploy_AConfiguredEnvironment_OrdersWithItAndWritesNoSecret()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app);

        var run = await platform.GivenPackagedReleaseAsync(app);
        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        var config = Assert.Single(platform.Target.Orders).Config;
        Assert.Equal(("500m", "256Mi", 3, 8080), (config.Cpu, config.Memory, config.Replicas, config.Port));
        Assert.Equal(new Dictionary<string, string> { ["MODE"] = "quick", ["API_KEY"] = Secret }, config.Env);

        var deployment = await platform.DeploymentAsync(run);
        Assert.Equal([KeyValuePair.Create("API_KEY", 5L)], deployment.SecretEnv);
        Assert.Equal(new Dictionary<string, string> { ["MODE"] = "quick" }, deployment.Config.Env);
        Assert.DoesNotContain(Secret, await DumpAsync(platform), StringComparison.Ordinal);
        Assert.Contains("quick", await DumpAsync(platform), StringComparison.Ordinal); // It would have been found.
        Assert.DoesNotContain(Secret, $"{config} {platform.Target.Orders.First()} {deployment}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_TheSecretWasRotatedSince_OrdersWithTheNewOne()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app);
        await platform.Get<CredentialStore>().RotateAsync(ProjectIds.Default, 5, "another", null, platform.Time.GetUtcNow(), default);

        await platform.CarryOutAsync(await platform.GivenPackagedReleaseAsync(app));

        Assert.Equal("another", Assert.Single(platform.Target.Orders).Config.Env["API_KEY"]);
    }

    [Theory]
    [InlineData(RunCause.RETRY)]
    [InlineData(RunCause.RESUME)]
    public async Task Deploy_TheSecretWasRotatedBetweenTheRuns_OrdersWithTheNewOne(RunCause cause)
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app);
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_CRASHED: wrong key", null);
        var run = await platform.GivenPackagedReleaseAsync(app);
        Assert.Equal(PipelineStatus.FAILED, (await platform.CarryOutAsync(run)).Status);

        await platform.Get<CredentialStore>().RotateAsync(ProjectIds.Default, 5, "another", null, platform.Time.GetUtcNow(), default);
        platform.Target.First = ScriptedTarget.Up;
        await using var request = platform.Services.CreateAsyncScope();
        var again = (await request.ServiceProvider.GetRequiredService<StartRun>().RunAsync(new RunOrder(run.PipelineId, cause, "tester"), default)).Value;
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(new RunRequest(run.AppId, run.PipelineId, again.Run))).Status);

        Assert.Equal([Secret, "another"], platform.Target.Orders.Select(order => order.Config.Env["API_KEY"]));
        Assert.DoesNotContain("another", await DumpAsync(platform), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_TheCredentialIsGone_FailsWithTheReasonAndOrdersNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app);
        var credentials = await platform.Get<Tables>().GetAsync(TableNames.Credentials, default);
        await foreach (var row in credentials.QueryAsync<TableEntity>()) await credentials.DeleteEntityAsync(row.PartitionKey, row.RowKey);

        var run = await platform.GivenPackagedReleaseAsync(app);
        var pipeline = await platform.CarryOutAsync(run);

        Assert.Empty(platform.Target.Orders);
        var failure = pipeline[StageKind.DEPLOY].Failure!;
        Assert.Equal((PipelineStatus.FAILED, "ENVIRONMENT_UNUSABLE", false), (pipeline.Status, failure.Error, failure.Transient));
        Assert.Equal("The variable API_KEY refers to credential 5, which is not there any more; correct the environment 'production'.", failure.Message);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.FAILED, EvidenceSource.CREATE);
    }

    [Fact]
    public async Task Deploy_TheEnvironmentWantsAnotherTarget_FailsWithTheReason()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await platform.Get<EnvironmentStore>().ReplaceAsync(
            app.Id, AppEnvironment.Production, EnvironmentConfig.Default with { Target = "kubernetes" }, _ => null, default);

        var pipeline = await platform.CarryOutAsync(await platform.GivenPackagedReleaseAsync(app));

        Assert.Equal("ENVIRONMENT_UNUSABLE", pipeline[StageKind.DEPLOY].Failure!.Error);
        Assert.Empty(platform.Target.Orders);
    }

    [Fact]
    public async Task Deploy_TheConfigurationChangesAfterItWasPrepared_KeepsWhatItHad()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app);
        platform.Target.WhileOrdering = _ => platform.Get<EnvironmentStore>().ReplaceAsync(app.Id, AppEnvironment.Production, EnvironmentConfig.Default, _ => null, default);

        var run = await platform.GivenPackagedReleaseAsync(app);
        await platform.CarryOutAsync(run);

        Assert.Equal("quick", (await platform.DeploymentAsync(run)).Config.Env["MODE"]);
        Assert.Equal(EnvironmentConfig.Default, await platform.Get<EnvironmentStore>().GetAsync(app.Id, AppEnvironment.Production, default) with { Env = EnvironmentConfig.Default.Env });
    }

    private static async Task ConfigureAsync(TestPlatform platform, App app)
    {
        await platform.Get<CredentialStore>().CreateAsync(
            new Credential(5, ProjectIds.Default, "model-key", CredentialKind.Token, null, null, platform.Time.GetUtcNow()), Secret, default);
        var config = new EnvironmentConfig(
            new Dictionary<string, EnvironmentVariable> { ["MODE"] = new("quick", null), ["API_KEY"] = new(null, 5) }, "500m", "256Mi", 3, Target: null);
        Assert.True((await platform.Get<EnvironmentStore>().ReplaceAsync(app.Id, AppEnvironment.Production, config, _ => null, default)).Succeeded);
    }

    private static async Task<string> DumpAsync(TestPlatform platform)
    {
        var dump = new StringBuilder();
        foreach (var name in TableNames.All)
        {
            await foreach (var row in (await platform.Get<Tables>().GetAsync(name, default)).QueryAsync<TableEntity>())
                dump.AppendJoin('\n', row.Select(property => $"{property.Key}={property.Value}")).AppendLine();
        }

        return dump.ToString();
    }
}
