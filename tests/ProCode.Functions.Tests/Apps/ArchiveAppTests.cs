using System.Net;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

public sealed class ArchiveAppTests(SharedStack stack)
{
    [Fact]
    public async Task ArchiveApp_AnApp_CanOnlyBeRead()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var path = $"apps/{release.App.Id}";

        var archived = await stack.Client.SendAsync(HttpMethod.Delete, path);
        var again = await stack.Client.SendAsync(HttpMethod.Delete, path);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, archived.Data.GetRawText()), (archived.Status, again.Status, again.Data.GetRawText()));
        var at = archived.Data.GetProperty("archivedAt").GetString();
        Assert.Equal(at, (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetProperty("archivedAt").GetString());
        Assert.Empty(await ListedAsync(release.App.Name, ""));
        Assert.Empty(await ListedAsync(release.App.Name, "&archived=false"));
        Assert.Equal([release.App.Id], await ListedAsync(release.App.Name, "&archived=true"));

        ApiAnswer[] refused =
        [
            await stack.Client.SendAsync(HttpMethod.Post, "iterations", new { appId = release.App.Id, name = "more", sourceBranch = "main" }),
            await stack.Client.SendAsync(HttpMethod.Post, $"iterations/{release.Iteration.Id}/release", new { tag = "v1.0.0" }),
            await stack.Client.SendAsync(HttpMethod.Put, $"{path}/settings", new { }),
            await stack.Client.SendAsync(HttpMethod.Put, $"{path}/environments/production", new { }),
        ];
        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.Conflict, 1022, "APP_ARCHIVED"), (answer.Status, answer.Code, answer.Error)));
        Assert.True((await stack.Client.SendAsync(HttpMethod.Get, $"{path}/settings")).IsSuccess);
        Assert.True((await stack.Client.SendAsync(HttpMethod.Get, $"{path}/environments")).IsSuccess);
        Assert.True((await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{release.Iteration.Id}")).IsSuccess);

        // Its name is free at once, and its credential is used no more.
        Assert.Equal(HttpStatusCode.Created, (await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = release.App.Name, devMode = "low-code" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Delete, $"credentials/{release.CredentialId}")).Status);
    }

    [Fact]
    public async Task ArchiveApp_ALowCodeApp_RefusesItsNextVersion()
    {
        var app = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("old"), devMode = "low-code" });
        var path = $"apps/{app.Data.GetProperty("id").GetInt64()}";
        await stack.Client.SendAsync(HttpMethod.Put, $"{path}/lowcode-config", new { flow = 1 });
        await stack.Client.SendAsync(HttpMethod.Delete, path);

        Assert.Equal(1022, (await stack.Client.SendAsync(HttpMethod.Put, $"{path}/lowcode-config", new { flow = 2 })).Code);
        Assert.Equal(1, (await stack.Client.SendAsync(HttpMethod.Get, $"{path}/lowcode-config")).Data.GetProperty("flow").GetInt32());
    }

    [Fact]
    public async Task ArchiveApp_ItsSubscription_CanBeReadAndPingedOnly()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var app = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("told"), devMode = "low-code" });
        var path = $"apps/{app.Data.GetProperty("id").GetInt64()}";
        var subscription = new { url = receiver.Url.ToString(), events = new[] { "*" } };
        var one = $"{path}/subscriptions/{(await stack.Client.SendAsync(HttpMethod.Post, $"{path}/subscriptions", subscription)).Data.GetProperty("id").GetInt64()}";
        var before = await stack.Client.SendAsync(HttpMethod.Get, one);
        await stack.Client.SendAsync(HttpMethod.Delete, path);

        ApiAnswer[] refused =
        [
            await stack.Client.SendAsync(HttpMethod.Post, $"{path}/subscriptions", subscription),
            await stack.Client.SendAsync(HttpMethod.Put, one, subscription),
            await stack.Client.SendAsync(HttpMethod.Post, $"{one}/rotate-secret"),
            await stack.Client.SendAsync(HttpMethod.Delete, one),
        ];
        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.Conflict, 1022, "APP_ARCHIVED"), (answer.Status, answer.Code, answer.Error)));
        Assert.Equal(before.Data.GetRawText(), (await stack.Client.SendAsync(HttpMethod.Get, one)).Data.GetRawText());
        Assert.Equal(HttpStatusCode.Accepted, (await stack.Client.SendAsync(HttpMethod.Post, $"{one}/ping")).Status);
        await WaitFor.Async(() => receiver.Requests.Count == 1);
    }

    [Fact]
    public async Task ArchiveApp_APipelineRuns_Says1021UntilItHasEnded()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");

        var busy = await stack.Client.SendAsync(HttpMethod.Delete, $"apps/{release.App.Id}");
        Assert.Equal((HttpStatusCode.Conflict, 1021, "APP_PIPELINES_RUNNING"), (busy.Status, busy.Code, busy.Error));

        await stack.Client.WaitForEndAsync(accepted.PipelineId);
        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Delete, $"apps/{release.App.Id}")).Status);
    }

    [Fact]
    public async Task ArchiveApp_Unknown_Is404() =>
        Assert.Equal((HttpStatusCode.NotFound, 40401), ((await stack.Client.SendAsync(HttpMethod.Delete, "apps/999999")) is var answer ? (answer.Status, answer.Code!.Value) : default));

    [Fact]
    public async Task ListApps_ArchivedIsNoFlag_Is400() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(HttpMethod.Get, "apps?archived=yes")).Status);

    [Fact]
    public async Task ArchiveApp_WithoutAKey_Is401()
    {
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Delete, "apps/1")).Status);
    }

    private async Task<IReadOnlyList<long>> ListedAsync(string name, string query) =>
        [.. (await stack.Client.SendAsync(HttpMethod.Get, $"apps?name={name}{query}")).Data.GetProperty("items").EnumerateArray().Select(app => app.GetProperty("id").GetInt64())];
}
