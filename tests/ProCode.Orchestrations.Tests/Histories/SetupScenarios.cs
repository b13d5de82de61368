using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of a set-up.</summary>
internal static class SetupScenarios
{
    private static readonly Func<Error> Away = () => GitErrors.HostUnavailable.With("The git host does not answer.");
    private static readonly Func<Error> Bug = () => throw new InvalidOperationException("Nobody has thought of this.");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("setup-webhook-and-scaffold", platform => CarryOutAsync(platform, SetupStatus.DONE)),
        new("setup-scaffold-is-refused", platform =>
        {
            platform.Git.PushTroubles.Enqueue(() => GitErrors.AccessDenied.With("The token may not."));
            return CarryOutAsync(platform, SetupStatus.FAILED);
        }),
        new("setup-step-throws", platform =>
        {
            for (var i = 0; i < 3; i++) platform.Git.WebhookTroubles.Enqueue(Bug); // All tries of the activity.
            return CarryOutAsync(platform, SetupStatus.FAILED);
        }),
        new("setup-waits-for-the-host", platform =>
        {
            platform.Git.WebhookTroubles.Enqueue(Away);
            return CarryOutAsync(platform, SetupStatus.DONE);
        }),
        new("setup-is-changed-while-it-waits", ChangedAsync, Skips: false),
        new("setup-of-another-repository", async platform =>
        {
            var app = await RegisterAsync(platform);
            await CarryOutAsync(platform, app, SetupStatus.DONE);
            await ConfigureAsync(platform, app, "https://gitlab.com/team/agent.git");
            await CarryOutAsync(platform, app, SetupStatus.DONE);
        }),
        new("setup-waits-for-our-storage", async platform =>
        {
            var app = await RegisterAsync(platform);
            for (var i = 0; i < 21; i++) platform.Tables.BreakBefore("DELETE", "START_SETUP"); // One more than the activity is tried.
            await CarryOutAsync(platform, app, SetupStatus.DONE);
        }),
    ];

    private static async Task CarryOutAsync(TestPlatform platform, SetupStatus end) => await CarryOutAsync(platform, await RegisterAsync(platform), end);

    private static async Task CarryOutAsync(TestPlatform platform, long appId, SetupStatus end)
    {
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, appId, default);
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForSetup(appId), deadline.Token);
        Assert.Equal(end, (await SetupOfAsync(platform, appId)).Status);
    }

    private static async Task ChangedAsync(TestPlatform platform)
    {
        platform.Git.WebhookTroubles.Enqueue(Away);
        var app = await RegisterAsync(platform);
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, app, default);
        await platform.SleepsAsync(InstanceIds.ForSetup(app));

        await ConfigureAsync(platform, app, "https://github.com/team/right.git");
        await platform.Get<SetupStarter>().StartAsync(platform.Durable, app, default);
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForSetup(app), deadline.Token);
        Assert.Equal(SetupStatus.DONE, (await SetupOfAsync(platform, app)).Status);
    }

    private static async Task<long> RegisterAsync(TestPlatform platform)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var repo = new RepoOrder("https://git.test/team/agent.git", GitType.GitHub, null);
        var order = new AppOrder("agent", DevMode.ProCode, TechStack.Python, repo, "python-agent");
        return (await request.ServiceProvider.GetRequiredService<RegisterApp>().RunAsync(order, default)).Value.App.Id;
    }

    private static async Task ConfigureAsync(TestPlatform platform, long appId, string url)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var configured = await request.ServiceProvider.GetRequiredService<ConfigureProCode>().RunAsync(appId, new RepoOrder(url, null, null), null, default);
        Assert.True(configured.Succeeded);
    }

    private static async Task<AppSetup> SetupOfAsync(TestPlatform platform, long appId) => (await platform.Get<AppStore>().FindSetupAsync(appId, default))!;
}
