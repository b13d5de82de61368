using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Apps;

/// <summary>What becomes of a webhook at a repository that its app leaves.</summary>
public sealed class LeftRepositoryTests
{
    private const string Url = "https://git.test/team/agent.git";
    private const string NewUrl = "https://elsewhere.test/team/agent.git";

    [Fact]
    public async Task Configure_TheOldHostIsGone_TheNewWebhookIsMadeAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        platform.Git.WebhooksAt = url => url == Url ? GitErrors.HostUnreachable.With("Nobody answers.") : null;

        await ConfigureAsync(platform, app.App.Id, NewUrl);
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, app.App.Id, default);

        await WaitFor.Async(async () => (await SetupOfAsync(platform, app.App.Id)).RetryAt is not null);
        Assert.Equal([SetupStepStatus.DONE, SetupStepStatus.PENDING], (await SetupOfAsync(platform, app.App.Id)).Steps.Select(step => step.Status));
        Assert.Equal(WebhookState.ACTIVE, (await RepoOfAsync(platform, app.App.Id)).Webhook!.State);
    }

    [Fact]
    public async Task Configure_AnotherSpellingOfTheAddress_KeepsTheWebhook()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        var before = Assert.Single(platform.Git.Webhooks);

        await ConfigureAsync(platform, app.App.Id, "https://git.test/team/agent");
        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(SetupStatus.DONE, setup.Status);
        var after = Assert.Single(platform.Git.Webhooks);
        Assert.Equal(before.Key, after.Key);
        Assert.NotEqual(before.Value.Secret, after.Value.Secret);
        var repo = await RepoOfAsync(platform, app.App.Id);
        Assert.Equal((WebhookState.ACTIVE, after.Key, 0), (repo.Webhook!.State, repo.Webhook.HostId, repo.FormerWebhooks.Count));
    }

    [Fact]
    public async Task Configure_WhileTheWebhookIsBeingMade_RemovesItAfterwards()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        platform.Git.WhenWebhookIsMade = () => ConfigureAsync(platform, app.App.Id, NewUrl);

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal((2, SetupStatus.DONE), (setup.Run, setup.Status));
        var left = Assert.Single(platform.Git.Webhooks);
        var repo = await RepoOfAsync(platform, app.App.Id);
        Assert.Equal((left.Key, 0), (repo.Webhook!.HostId, repo.FormerWebhooks.Count));
    }

    [Fact]
    public async Task Archive_WhileTheWebhookIsBeingMade_RemovesItAfterwards()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        platform.Git.WhenWebhookIsMade = async () => Assert.True((await platform.Get<AppArchiving>().RunAsync(app.App.Id, default)).Succeeded);

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Empty(platform.Git.Webhooks);
        Assert.Equal(WebhookState.ABSENT, (await RepoOfAsync(platform, app.App.Id)).Webhook!.State);
    }

    [Fact]
    public async Task Rotate_TheHostWouldNotHearOfTheSecretBefore_KeepsTheOneThatItHas()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        var atTheHost = (await RepoOfAsync(platform, app.App.Id)).Webhook!.ProtectedSecret;
        platform.Git.WebhookTroubles.Enqueue(() => GitErrors.AccessDenied.With("The token may not any more."));
        await RotateAsync(platform, app.Repo!.Id);
        await CarryOutAsync(platform, app.App.Id);
        Assert.Equal(WebhookState.MANUAL, (await RepoOfAsync(platform, app.App.Id)).Webhook!.State);

        var rotated = await RotateAsync(platform, app.Repo.Id);

        Assert.Contains(atTheHost, rotated.Repo.Webhook!.ProtectedSecretsAt(platform.Time.GetUtcNow()));
        Assert.NotNull(rotated.Repo.Webhook.RetiredUntil);
    }

    private static async Task<RegisteredApp> RegisterAsync(TestPlatform platform)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var order = new AppOrder("agent", DevMode.ProCode, TechStack.Python, new RepoOrder(Url, GitType.GitHub, null), ScaffoldTemplate: null);
        return (await request.ServiceProvider.GetRequiredService<RegisterApp>().RunAsync(order, default)).Value;
    }

    private static async Task ConfigureAsync(TestPlatform platform, long appId, string url)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var order = new RepoOrder(url, GitType.GitHub, null);
        Assert.True((await request.ServiceProvider.GetRequiredService<ConfigureProCode>().RunAsync(appId, order, scaffold: null, default)).Succeeded);
    }

    private static async Task<RotatedWebhook> RotateAsync(TestPlatform platform, long repoId)
    {
        await using var request = platform.Services.CreateAsyncScope();
        return (await request.ServiceProvider.GetRequiredService<RotateWebhook>().RunAsync(repoId, default)).Value;
    }

    private static async Task<AppSetup> CarryOutAsync(TestPlatform platform, long appId)
    {
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, appId, default);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForSetup(appId), default);
        return await SetupOfAsync(platform, appId);
    }

    private static async Task<AppSetup> SetupOfAsync(TestPlatform platform, long appId) => (await platform.Get<AppStore>().FindSetupAsync(appId, default))!;

    private static async Task<Repo> RepoOfAsync(TestPlatform platform, long appId) => (await platform.Get<AppStore>().FindRepoAsync(appId, default))!;
}
