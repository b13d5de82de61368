using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class SetUpAppTests
{
    private const string Url = "https://git.test/team/agent.git";
    private static readonly Func<Error> Away = () => GitErrors.HostUnavailable.With("The git host does not answer.");
    private static readonly Func<Error> Denied = () => GitErrors.AccessDenied.With("The token may not.");

    [Fact]
    public async Task Run_WebhookAndScaffold_AreMadeOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform, scaffold: "python-agent");

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.All(setup.Steps, step => Assert.Equal(SetupStepStatus.DONE, step.Status));
        var (id, webhook) = Assert.Single(platform.Git.Webhooks);
        Assert.Equal($"https://procode.test/api/v1/hooks/github/{app.Repo!.Id}", webhook.Url);
        Assert.StartsWith("whsec_", webhook.Secret, StringComparison.Ordinal);
        var repo = await RepoOfAsync(platform, app.App.Id);
        Assert.Equal((WebhookState.ACTIVE, id), (repo.Webhook!.State, repo.Webhook.HostId));
        var pushed = Assert.Single(platform.Git.Pushed);
        Assert.Equal("main", pushed.Branch);
        Assert.Contains("procode.yaml", pushed.Files.Keys);
        Assert.Empty(await OwedAsync(platform, app.App.Id));
    }

    [Fact]
    public async Task Run_TheScaffoldIsRefused_TakesTheWebhookBackAndSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.PushTroubles.Enqueue(Denied);
        var app = await RegisterAsync(platform, scaffold: "python-agent");

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(SetupStatus.FAILED, setup.Status);
        Assert.Equal([SetupStepStatus.UNDONE, SetupStepStatus.FAILED], setup.Steps.Select(step => step.Status));
        Assert.Contains("GIT_ACCESS_DENIED", setup.Steps[1].Message, StringComparison.Ordinal);
        Assert.Empty(platform.Git.Webhooks);
        Assert.Equal((WebhookState.ABSENT, null), (await RepoOfAsync(platform, app.App.Id)) is { Webhook: var left } ? (left!.State, left.HostId) : default);
    }

    [Fact]
    public async Task Run_TheRepositoryIsNotEmpty_LeavesItAloneAndSucceeds()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.PushTroubles.Enqueue(() => GitErrors.RepositoryNotEmpty.With("It has branches."));
        var app = await RegisterAsync(platform, scaffold: "python-agent");

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal((SetupStatus.DONE, SetupStepStatus.SKIPPED), (setup.Status, setup.Steps[1].Status));
        Assert.Single(platform.Git.Webhooks);
    }

    [Fact]
    public async Task Run_TheTokenMayNotMakeWebhooks_LeavesItToAPerson()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.WebhookTroubles.Enqueue(Denied);
        var app = await RegisterAsync(platform);

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal((SetupStatus.DONE, SetupStepStatus.MANUAL), (setup.Status, Assert.Single(setup.Steps).Status));
        Assert.Equal(WebhookState.MANUAL, (await RepoOfAsync(platform, app.App.Id)).Webhook!.State);

        var rotated = (await RotateAsync(platform, app.Repo!.Id)).Value;
        Assert.StartsWith("whsec_", rotated.Secret, StringComparison.Ordinal);
        Assert.NotNull(rotated.Repo.Webhook!.RetiredUntil);
        Assert.Equal(2, rotated.Repo.Webhook.ProtectedSecretsAt(platform.Time.GetUtcNow()).Count);
    }

    [Fact]
    public async Task Run_TheHostIsAwayForAWhile_IsWaitedFor()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 6; i++) platform.Git.WebhookTroubles.Enqueue(Away);
        var app = await RegisterAsync(platform);

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Single(platform.Git.Webhooks);
    }

    [Fact]
    public async Task Run_DiesAfterTheWebhookWasMade_FindsItAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 3; i++) platform.Git.Webhooks[$"other-{i}"] = new GitWebhookOrder($"https://elsewhere.test/{i}", "s", []);
        var app = await RegisterAsync(platform);
        platform.Tables.BreakBefore(nameof(WebhookState.ACTIVE));

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(0, platform.Tables.ToCome);
        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Equal(4, platform.Git.Webhooks.Count);
    }

    [Fact]
    public async Task Run_OurOwnStorageIsAwayForLongerThanRetriesLast_GoesOnWhenItIsBack()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        for (var i = 0; i < 21; i++) platform.Tables.BreakBefore("DELETE", "START_SETUP");

        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal(0, platform.Tables.ToCome);
        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Single(platform.Git.Webhooks);
    }

    [Fact]
    public async Task Run_TheStartWasLost_IsMadeUpForByTheSweep()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        Assert.Contains(await OwedAsync(platform, app.App.Id), debt => debt.Kind == OutboxKind.START_SETUP);
        platform.Time.Advance(TimeSpan.FromSeconds(30));

        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);

        await WaitFor.Async(async () => (await SetupOfAsync(platform, app.App.Id)).Status == SetupStatus.DONE);
        await WaitFor.Async(async () => (await OwedAsync(platform, app.App.Id)).Count == 0);
        Assert.Single(platform.Git.Webhooks);
    }

    [Fact]
    public async Task Rotate_AnActiveWebhook_ChangesTheSecretAtTheHostAndKeepsTheOldOneForAWhile()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        var before = Assert.Single(platform.Git.Webhooks).Value.Secret;

        var rotated = (await RotateAsync(platform, app.Repo!.Id)).Value;
        Assert.Null(rotated.Secret);
        Assert.Null(rotated.Repo.Webhook!.RetiredUntil);
        await CarryOutAsync(platform, app.App.Id);

        Assert.NotEqual(before, Assert.Single(platform.Git.Webhooks).Value.Secret);
        var webhook = (await RepoOfAsync(platform, app.App.Id)).Webhook!;
        var now = platform.Time.GetUtcNow();
        Assert.Equal(WebhookState.ACTIVE, webhook.State);
        Assert.Equal((2, 1), (webhook.ProtectedSecretsAt(now).Count, webhook.ProtectedSecretsAt(now + RepoWebhook.Overlap).Count));
    }

    [Fact]
    public async Task Rotate_OurOwnAddressHasChangedMeanwhile_MovesTheWebhookInsteadOfMakingASecond()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        var (id, made) = Assert.Single(platform.Git.Webhooks);
        platform.Git.Webhooks[id] = new GitWebhookOrder("https://procode-before.test/hook", made.Secret, made.Events);

        await RotateAsync(platform, app.Repo!.Id);
        await CarryOutAsync(platform, app.App.Id);

        var after = Assert.Single(platform.Git.Webhooks);
        Assert.Equal((id, made.Url), (after.Key, after.Value.Url));
    }

    [Fact]
    public async Task Rotate_TheWebhookWasDeletedAtTheHost_MakesItAnew()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        platform.Git.Webhooks.Clear();

        await RotateAsync(platform, app.Repo!.Id);
        await CarryOutAsync(platform, app.App.Id);

        var (id, _) = Assert.Single(platform.Git.Webhooks);
        Assert.Equal(id, (await RepoOfAsync(platform, app.App.Id)).Webhook!.HostId);
    }

    [Fact]
    public async Task Rotate_TwiceWhileTheHostIsAway_KeepsTheSecretThatTheHostHas()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await RegisterAsync(platform);
        var atTheHost = (await platform.Get<RepoStore>().ApplyAsync(
            app.App.Id, repo => repo with { Webhook = repo.Webhook! with { State = WebhookState.ACTIVE, HostId = "1" } }, default))!.Webhook!.ProtectedSecret;

        await RotateAsync(platform, app.Repo!.Id);
        var rotated = (await RotateAsync(platform, app.Repo.Id)).Value;

        Assert.Contains(atTheHost, rotated.Repo.Webhook!.ProtectedSecretsAt(platform.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Configure_AnotherRepository_MovesTheWebhook()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);
        var before = Assert.Single(platform.Git.Webhooks);

        var config = (await ConfigureAsync(platform, app.App.Id, new RepoOrder("https://gitlab.com/team/agent.git", null, null))).Value;
        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.Equal((app.Repo!.Id, GitType.GitLab, SetupStatus.DONE), (config.Repo.Id, config.Repo.GitType, setup.Status));
        var after = Assert.Single(platform.Git.Webhooks);
        Assert.NotEqual((before.Key, before.Value.Secret), (after.Key, after.Value.Secret));
        Assert.EndsWith($"/hooks/gitlab/{app.Repo.Id}", after.Value.Url, StringComparison.Ordinal);
        Assert.Empty((await RepoOfAsync(platform, app.App.Id)).FormerWebhooks);
    }

    [Fact]
    public async Task Configure_TheSameAgain_ChangesNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await RegisterAsync(platform);
        await CarryOutAsync(platform, app.App.Id);

        var config = (await ConfigureAsync(platform, app.App.Id, new RepoOrder(Url, GitType.GitHub, null))).Value;

        Assert.Equal(1, config.Setup!.Run);
    }

    [Fact]
    public async Task Configure_AfterAFailedSetup_TriesAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.PushTroubles.Enqueue(Denied);
        var app = await RegisterAsync(platform, scaffold: "python-agent");
        await CarryOutAsync(platform, app.App.Id);

        var config = await ConfigureAsync(platform, app.App.Id, new RepoOrder(Url, GitType.GitHub, null), "python-agent");
        var setup = await CarryOutAsync(platform, app.App.Id);

        Assert.True(config.Succeeded);
        Assert.Equal((2, SetupStatus.DONE), (setup.Run, setup.Status));
        Assert.Single(platform.Git.Webhooks);
        Assert.Single(platform.Git.Pushed);
    }

    [Fact]
    public async Task Configure_WhileAPipelineRuns_IsRefusedAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();

        var refused = await ConfigureAsync(platform, run.AppId, new RepoOrder("https://git.test/other", GitType.Git, null));

        Assert.Equal(AppErrors.PipelinesRunning, refused.Error!.Code);
        Assert.Contains($"Pipeline {run.PipelineId}", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal("https://git.test/agent", (await RepoOfAsync(platform, run.AppId)).Url);
    }

    [Fact]
    public async Task Configure_WhileTheHostIsAway_DoesNotWaitForTheOldRepository()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Git.WebhookTroubles.Enqueue(Away);
        var app = await RegisterAsync(platform);
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, app.App.Id, default);
        await WaitFor.Async(async () => (await SetupOfAsync(platform, app.App.Id)).RetryAt is not null);

        await ConfigureAsync(platform, app.App.Id, new RepoOrder("https://github.com/team/right.git", null, null));
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, app.App.Id, default);

        await WaitFor.Async(async () => (await SetupOfAsync(platform, app.App.Id)).Status == SetupStatus.DONE);
        Assert.Single(platform.Git.Webhooks);
    }

    private static async Task<RegisteredApp> RegisterAsync(TestPlatform platform, string? scaffold = null)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var order = new AppOrder($"agent-{Guid.NewGuid():n}", DevMode.ProCode, TechStack.Python, new RepoOrder(Url, GitType.GitHub, null), scaffold);
        return (await request.ServiceProvider.GetRequiredService<RegisterApp>().RunAsync(order, default)).Value;
    }

    private static async Task<Result<ProCodeConfig>> ConfigureAsync(TestPlatform platform, long appId, RepoOrder order, string? scaffold = null)
    {
        await using var request = platform.Services.CreateAsyncScope();
        return await request.ServiceProvider.GetRequiredService<ConfigureProCode>().RunAsync(appId, order, scaffold, default);
    }

    private static async Task<Result<RotatedWebhook>> RotateAsync(TestPlatform platform, long repoId)
    {
        await using var request = platform.Services.CreateAsyncScope();
        return await request.ServiceProvider.GetRequiredService<RotateWebhook>().RunAsync(repoId, default);
    }

    private static async Task<AppSetup> CarryOutAsync(TestPlatform platform, long appId)
    {
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, appId, default);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForSetup(appId), default);
        return await SetupOfAsync(platform, appId);
    }

    private static async Task<AppSetup> SetupOfAsync(TestPlatform platform, long appId) => (await platform.Get<AppStore>().FindSetupAsync(appId, default))!;

    private static async Task<Repo> RepoOfAsync(TestPlatform platform, long appId) => (await platform.Get<AppStore>().FindRepoAsync(appId, default))!;

    private static async Task<IReadOnlyList<OutboxEntry>> OwedAsync(TestPlatform platform, long appId) =>
        [.. (await platform.Get<ProCode.Pipelines.Outbox>().OwedAsync(appId, default)).Select(owed => owed.Entry)];
}
