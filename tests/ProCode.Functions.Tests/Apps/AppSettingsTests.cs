using System.Net;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

public sealed class AppSettingsTests(SharedStack stack)
{
    private const string Defaults =
        """{"tagPattern":"v{major}.{minor}.{patch}","testBranchPattern":"test/iteration-{iteration}","releaseOnTag":false,"allowSkippingPhases":false,"allowOwnDockerfile":false,"stageConfigs":{},"retention":{"images":10,"logDays":90}}""";

    [Fact]
    public async Task PutSettings_AWholeDocument_ReplacesAllOfIt()
    {
        var path = await PathAsync();
        Assert.Equal(Defaults, (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetRawText());

        const string all =
            """{"tagPattern":"release/{major}","testBranchPattern":"t/{name}-{iteration}","releaseOnTag":true,"allowSkippingPhases":true,"allowOwnDockerfile":true,"stageConfigs":{"BUILD":{"driveMode":"MANUAL","retryMode":"MANUAL","maxRetries":1},"DEPLOY":{"pollInterval":5,"pollTimeout":60,"maxManualRetries":3}},"retention":{"images":3,"logDays":7}}""";
        var put = await PutAsync(path, all);
        var read = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, all, all, put.ETag), (put.Status, put.Data.GetRawText(), read.Data.GetRawText(), read.ETag));

        Assert.Equal(Defaults, (await PutAsync(path, "{}")).Data.GetRawText());
    }

    [Fact]
    public async Task PutSettings_IfMatch_LosesNothing()
    {
        var path = await PathAsync();
        var first = (await stack.Client.SendAsync(HttpMethod.Get, path)).ETag!;

        var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(days => PutAsync(path, $$$$"""{"retention":{"logDays":{{{{days}}}}}}""", first)));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal((HttpStatusCode.PreconditionFailed, 41201, "ERR_412_001"), (answer.Status, answer.Code, answer.Error)));
        Assert.Equal(won.ETag, (await stack.Client.SendAsync(HttpMethod.Get, path)).ETag);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, "{}", won.ETag)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, "{}", "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, "{}", $"\"other\", {first}")).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync(path, "{}", $"W/{first}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(path, "{}", "no quotes")).Status);
    }

    [Fact]
    public async Task PutSettings_EverythingWrong_NamesEveryFieldAtOnce()
    {
        var path = await PathAsync();
        var answer = await PutAsync(
            path,
            """{"tagPattern":".*","testBranchPattern":"x","stageConfigs":{"BUILD":{"driveMode":"ASYNC","maxRetries":11,"pollInterval":1},"TEST":{}},"retention":{"images":0,"logDays":0}}""");

        Assert.Equal((HttpStatusCode.BadRequest, 1001, "ERR_400_001"), (answer.Status, answer.Code, answer.Error));
        Assert.Equal(
            [
                "retention.images", "retention.logDays", "stageConfigs.BUILD.driveMode", "stageConfigs.BUILD.maxRetries", "stageConfigs.BUILD.pollInterval",
                "stageConfigs.TEST", "tagPattern", "testBranchPattern",
            ],
            Fields(answer));
        Assert.Equal(Defaults, (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetRawText());
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"devMode":"pro-code"}""", "devMode")]
    [InlineData("""{"releaseOnTag":"yes"}""", "releaseOnTag")]
    [InlineData("""{"stageConfigs":{"BUILD":{"driveMode":"SOMETIMES"}}}""", "stageConfigs.BUILD.driveMode")]
    [InlineData("""{"stageConfigs":[]}""", "stageConfigs")]
    [InlineData("""{"retention":{"images":1.5}}""", "retention.images")]
    public async Task PutSettings_AWrongShape_NamesTheField(string body, string field)
    {
        var answer = await PutAsync(await PathAsync(), body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([field], Fields(answer));
    }

    [Fact]
    public async Task Settings_OfNoApp_Are404()
    {
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await stack.Client.SendAsync(HttpMethod.Get, "apps/999999/settings")));
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await PutAsync("apps/999999/settings", "{}")));
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(await stack.Client.SendAsync(HttpMethod.Get, $"{await PathAsync()}?x=1")));
    }

    [Fact]
    public async Task Settings_WithoutAKey_Are401()
    {
        using var anonymous = stack.ClientWith(null);
        var path = await PathAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Put, path, new { })).Status);
    }

    [Fact]
    public async Task Release_UnderTheAppsOwnPattern_TakesItsTagsOnly()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        await PutAsync($"apps/{release.App.Id}/settings", """{"tagPattern":"release/{major}","stageConfigs":{"DEPLOY":{"pollTimeout":120}}}""");

        var refused = await stack.Client.SendAsync(HttpMethod.Post, $"iterations/{release.Iteration.Id}/release", new { tag = "v1.0.0" });
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(refused));
        Assert.Contains("release/{major}", refused.Body, StringComparison.Ordinal);

        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "release/1");
        Assert.Equal("SUCCESS", (await stack.Client.WaitForEndAsync(accepted.PipelineId)).Status);
        Assert.Equal(release.CommitId, stack.Git.TagsOf(release.Repository)["release/1"]);
    }

    private static IEnumerable<string?> Fields(ApiAnswer answer) =>
        answer.Envelope.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString()).Order(StringComparer.Ordinal);

    private static (HttpStatusCode, int) Seen(ApiAnswer answer) => (answer.Status, answer.Code!.Value);

    private async Task<string> PathAsync()
    {
        var app = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("settings"), devMode = "low-code" });
        return $"apps/{app.Data.GetProperty("id").GetInt64()}/settings";
    }

    private Task<ApiAnswer> PutAsync(string path, string body, string? ifMatch = null) => stack.Client.SendAsync(
        HttpMethod.Put, path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        request => { if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch); });
}
