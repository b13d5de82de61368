using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Functions.Tests.Deliveries;

/// <summary>An app whose repository has a webhook with a known secret, written by the product's own stores beside the running app.</summary>
internal sealed class HookedApp(TestStack stack, TestRelease release, long repoId, string secret)
{
    public TestRelease Release => release;

    public long RepoId => repoId;

    public string Secret => secret;

    public string Path => $"hooks/git/{repoId}";

    public static async Task<HookedApp> CreateAsync(TestStack stack, bool releaseOnTag = false)
    {
        var release = await stack.CreateReleaseAsync();
        await using var services = Services(stack);
        var repo = (await services.GetRequiredService<RepoStore>().FindOfAppAsync(release.App.Id, default))!.Value;
        var secret = StandardWebhook.NewSecret();
        var kept = await services.GetRequiredService<SecretProtector>().ProtectAsync(secret, Repo.SecretPurpose(repo.Id), default);
        await services.GetRequiredService<RepoStore>()
            .ApplyAsync(release.App.Id, found => found with { Webhook = new RepoWebhook(WebhookState.MANUAL, kept) }, default);
        if (releaseOnTag)
        {
            var settings = AppPartition.Insert(release.App.Id, AppRows.Settings, new AppSettings { ReleaseOnTag = true });
            Assert.NotNull(await services.GetRequiredService<AppPartition>().CommitAsync(release.App.Id, [settings], default));
        }

        return new HookedApp(stack, release, repo.Id, secret);
    }

    /// <summary>Sends a delivery, signed as a post-receive hook would do it.</summary>
    public async Task<ApiAnswer> SendAsync(string body, string? id = null, string? path = null, string? with = null, bool chunked = false)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var headers = StandardWebhook.Sign(with ?? secret, id ?? Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow(), bytes);
        using var anonymous = stack.ClientWith(null);
        return await anonymous.SendAsync(HttpMethod.Post, path ?? Path, new ByteArrayContent(bytes), request =>
        {
            headers.AddTo(request.Headers);
            if (chunked) request.Headers.TransferEncodingChunked = true;
        });
    }

    /// <summary>The deliveries, newest first.</summary>
    public async Task<IReadOnlyList<DeliveryInfo>> ListAsync(string query = "") =>
        (await stack.Client.GetAsync<DeliveryPage>($"repos/{repoId}/deliveries{query}")).Items;

    /// <summary>The delivery once it is over.</summary>
    public Task<DeliveryInfo> EndAsync(string id) => WaitFor.ValueAsync(async () =>
        (await ListAsync()).FirstOrDefault(delivery => delivery.Id == id && delivery.Status != "RECEIVED"));

    /// <summary>Puts a tag on the first commit of the repository at the git server.</summary>
    public async Task PushTagAsync(string tag)
    {
        using var folder = new TestFolder();
        var url = new UriBuilder(stack.Git.UrlOf(release.Repository)) { UserName = TestStack.GitUsername, Password = stack.GitPassword }.ToString();
        await Tool.RequireAsync(["git", "clone", "--quiet", "--bare", url, folder["clone"]], CancellationToken.None);
        await Tool.RequireAsync(["git", "-C", folder["clone"], "push", "--quiet", "origin", $"{release.CommitId}:refs/tags/{tag}"], CancellationToken.None);
    }

    public static string IdOf(ApiAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Body);
        return answer.Data.GetProperty("deliveryId").GetString()!;
    }

    private static ServiceProvider Services(TestStack stack)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = stack.Stack.Azurite.ConnectionString,
            ["Secrets:KeyFile"] = System.IO.Path.Combine(stack.Stack.DataPath, "keys", "secrets.key"),
        };
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddSingleton(TimeProvider.System);
        return services.AddStorage().AddCredentials().AddPipelines().AddSingleton<RepoStore>().BuildServiceProvider();
    }
}

internal sealed record DeliveryPage(IReadOnlyList<DeliveryInfo> Items, string? Continuation);

internal sealed record DeliveryInfo(
    string Id, string Event, string? Ref, string? Before, string? After, DateTimeOffset ReceivedAt, string Status, int Attempt, LedToInfo? LedTo);

internal sealed record LedToInfo(string Text, string? Change, IReadOnlyList<long> IterationIds, long? PipelineId);
