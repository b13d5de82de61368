using System.Net;
using System.Text;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Functions.Tests.Deliveries;

/// <summary>An app whose repository's webhook was entered by hand, with the secret that rotating it showed.</summary>
internal sealed class HookedApp(TestStack stack, TestRelease release, long repoId, string secret)
{
    public TestRelease Release => release;

    public long RepoId => repoId;

    public string Secret => secret;

    public string Path => $"hooks/git/{repoId}";

    public static async Task<HookedApp> CreateAsync(TestStack stack, bool releaseOnTag = false)
    {
        var release = await stack.CreateReleaseAsync();
        var repoId = (await stack.Client.SendAsync(HttpMethod.Get, $"apps/{release.App.Id}")).Data.GetProperty("repoId").GetInt64();
        var rotated = await stack.Client.SendAsync(HttpMethod.Post, $"repos/{repoId}/webhook/rotate");
        if (releaseOnTag)
            Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Put, $"apps/{release.App.Id}/settings", new { releaseOnTag })).Status);
        return new HookedApp(stack, release, repoId, rotated.Data.GetProperty("secret").GetString()!);
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
}

internal sealed record DeliveryPage(IReadOnlyList<DeliveryInfo> Items, string? Continuation);

internal sealed record DeliveryInfo(
    string Id, string Event, string? Ref, string? Before, string? After, DateTimeOffset ReceivedAt, string Status, int Attempt, LedToInfo? LedTo);

internal sealed record LedToInfo(string Text, string? Change, IReadOnlyList<long> IterationIds, long? PipelineId);
