using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

/// <summary>Rolling back through HTTP, with real agents that say which version they are.</summary>
public sealed class RollBackEnvironmentTests(SharedStack stack)
{
    [Fact]
    public async Task RollBackEnvironment_TwoVersionsOfAnAgent_TheFirstAnswersAgainAndNothingWasBuilt()
    {
        var (release, first, second) = await TwoReleasesAsync();
        Assert.Equal("v2.0.0", await VersionAsync(second));
        var path = $"apps/{release.App.Id}";
        var iterations = await IterationsAsync(release, second);
        var (pushes, images, parent) = (stack.Git.PushCount(release.Repository), ImagesOf(release), await ParentAsync(first));

        var watch = Stopwatch.StartNew();
        var answer = await RollBackAsync(release.App.Id, new { });
        var accepted = watch.Elapsed;
        var rolledBack = await stack.Client.WaitForEndAsync(answer.Data.GetProperty("pipelineId").GetInt64());
        TestContext.Current.TestOutputHelper?.WriteLine($"accepted after {accepted.TotalMilliseconds:F0} ms, v1 answers after {watch.Elapsed.TotalMilliseconds:F0} ms");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(
            (first.DeployId, "v1.0.0", first.Output("PACKAGE", "image"), first.Output("PACKAGE", "digest"), "RUNNING"),
            (Text(answer.Data, "deploymentId"), Text(answer.Data, "tag"), Text(answer.Data, "image"), Text(answer.Data, "digest"), Text(answer.Data, "status")));
        Assert.Equal(("SUCCESS", "PHASE", "DEPLOY_SUCCESS"), (rolledBack.Status, rolledBack.Type, rolledBack.DeployStatus));
        Assert.Equal((first.ParentId, first.RefId), (rolledBack.ParentId, rolledBack.RefId));
        Assert.Equal("v1.0.0", await VersionAsync(rolledBack));
        await WaitFor.Async(() => AgentProcesses.Find(Path.Combine(stack.Stack.Stack.DeploymentsPath, $"{release.App.Id}-production")).Count == 1);

        Assert.Equal(pushes, stack.Git.PushCount(release.Repository));
        Assert.Equal(["v1.0.0", "v2.0.0"], stack.Git.TagsOf(release.Repository).Keys.Order());
        Assert.Equal(images, ImagesOf(release));
        Assert.Equal(iterations, await IterationsAsync(release, second));
        Assert.Equal(parent, await ParentAsync(first));

        var shown = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{rolledBack.Id}")).Data;
        var run = Assert.Single(shown.GetProperty("runs").EnumerateArray());
        Assert.Equal(("DEPLOY", "SUCCESS"), (Text(run, "fromStage"), Text(run, "status")));
        var listed = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines?parentId={first.ParentId}")).Data.GetProperty("items").EnumerateArray();
        Assert.Equal(
            [(rolledBack.Id, "ROLLBACK", first.DeployId), (first.Id, "PHASE_ENTRY", null)],
            listed.Select(one => (one.GetProperty("id").GetInt64(), Text(one, "trigger"), Text(one, "rollbackTo"))));
        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Delete, path)).Status);
    }

    [Fact]
    public async Task RollBackEnvironment_ToAListedDeployment_LeadsThereOnceUnderAKey()
    {
        var (release, first, second) = await TwoReleasesAsync();
        var deployments = await stack.Client.SendAsync(HttpMethod.Get, $"deployments?appId={release.App.Id}&environment=production&limit=1");
        var newest = Assert.Single(deployments.Data.GetProperty("items").EnumerateArray());
        Assert.Equal(
            (second.DeployId, second.Id, "v2.0.0", "SUCCESS", second.Output("DEPLOY", "url")),
            (Text(newest, "id"), newest.GetProperty("pipelineId").GetInt64(), Text(newest, "tag"), Text(newest, "status"), Text(newest, "url")));
        Assert.DoesNotContain("ecret", newest.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("env\"", newest.GetRawText(), StringComparison.Ordinal);
        var rest = await stack.Client.SendAsync(
            HttpMethod.Get,
            $"deployments?appId={release.App.Id}&environment=production&limit=1&continuation={Uri.EscapeDataString(Text(deployments.Data, "continuation")!)}");
        var oldest = Assert.Single(rest.Data.GetProperty("items").EnumerateArray());
        Assert.Equal(first.DeployId, Text(oldest, "id"));

        var key = Guid.NewGuid().ToString();
        var answer = await RollBackAsync(release.App.Id, new { toDeploymentId = Text(oldest, "id") }, key: key);
        var again = await RollBackAsync(release.App.Id, new { toDeploymentId = Text(oldest, "id") }, key: key);
        Assert.Equal((HttpStatusCode.Accepted, answer.Data.GetRawText()), (again.Status, again.Data.GetRawText()));

        // It runs: the app is busy.
        Assert.Equal(1021, (await stack.Client.SendAsync(HttpMethod.Delete, $"apps/{release.App.Id}")).Code);
        var ended = await stack.Client.WaitForEndAsync(answer.Data.GetProperty("pipelineId").GetInt64());
        Assert.Equal(("SUCCESS", "v1.0.0"), (ended.Status, await VersionAsync(ended)));
        var all = (await stack.Client.SendAsync(HttpMethod.Get, $"deployments?appId={release.App.Id}&status=SUCCESS")).Data.GetProperty("items").EnumerateArray();
        Assert.Equal([ended.DeployId, second.DeployId, first.DeployId], all.Select(one => Text(one, "id")));
    }

    [Fact]
    public async Task RollBackEnvironment_NothingToRollBackTo_Says1023()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var answer = await RollBackAsync(release.App.Id, new { });
        Assert.Equal((HttpStatusCode.Conflict, 1023, "ROLLBACK_IMPOSSIBLE"), (answer.Status, answer.Code, answer.Error));
        answer = await RollBackAsync(release.App.Id, new { toDeploymentId = $"deploy-{release.App.Id}-999999-1-1" });
        Assert.Equal((HttpStatusCode.NotFound, 4305, "DEPLOYMENT_NOT_FOUND"), (answer.Status, answer.Code, answer.Error));
    }

    [Theory]
    [InlineData("""{"toDeploymentId":7}""", "production")]
    [InlineData("""{"to":"deploy-1-1-1-1"}""", "production")]
    [InlineData("""{}""", "Not-A-Name")]
    [InlineData("", "production")]
    public async Task RollBackEnvironment_WrongInput_Is400(string body, string environment)
    {
        var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await RollBackAsync(1, content, environment)).Status);
    }

    [Theory]
    [InlineData("deployments", HttpStatusCode.BadRequest)]
    [InlineData("deployments?appId=0", HttpStatusCode.BadRequest)]
    [InlineData("deployments?appId=1&status=UP", HttpStatusCode.BadRequest)]
    [InlineData("deployments?appId=1&secret=1", HttpStatusCode.BadRequest)]
    [InlineData("deployments?appId=999999", HttpStatusCode.NotFound)]
    public async Task ListDeployments_WrongQuery_IsRefused(string path, HttpStatusCode status) =>
        Assert.Equal(status, (await stack.Client.SendAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task RollBackEnvironment_WithoutAKeyOrAnApp_Is401And404()
    {
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Post, "apps/1/environments/production/rollback", new { })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, "deployments?appId=1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await RollBackAsync(999_999, new { })).Status);
    }

    private async Task<(TestRelease Release, PipelineInfo First, PipelineInfo Second)> TwoReleasesAsync()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var first = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        await stack.Git.CommitAsync(release.Repository, SampleAgent.Files("v2.0.0"));
        var next = await stack.Client.CreateIterationAsync(release.App.Id, "second");
        var second = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(next.Id, "v2.0.0")).PipelineId);
        Assert.Equal(("SUCCESS", "SUCCESS"), (first.Status, second.Status));
        return (release, first, second);
    }

    private Task<ApiAnswer> RollBackAsync(long appId, object body, string environment = "production", string? key = null) =>
        stack.Client.SendAsync(HttpMethod.Post, $"apps/{appId}/environments/{environment}/rollback", body, request =>
        {
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
        });

    private static async Task<string?> VersionAsync(PipelineInfo pipeline)
    {
        using var http = new HttpClient();
        return Text(await http.GetFromJsonAsync<JsonElement>(new Uri(pipeline.Output("DEPLOY", "url") + "/manifest")), "version");
    }

    // Both iterations as clients see them, with phases and the pipelines of these.
    private async Task<string> IterationsAsync(TestRelease release, PipelineInfo second)
    {
        var next = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{second.Id}")).Data.GetProperty("iterationId").GetInt64();
        return (await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{release.Iteration.Id}")).Data.GetRawText()
            + (await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{next}")).Data.GetRawText();
    }

    private async Task<string> ParentAsync(PipelineInfo pipeline) =>
        (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{pipeline.ParentId}")).Data.GetRawText();

    // What the image store has of the app.
    private IReadOnlyList<string> ImagesOf(TestRelease release)
    {
        var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(stack.Stack.Stack.ImagesPath, "index.json")));
        return [.. index.RootElement.GetProperty("manifests").EnumerateArray().Select(one => one.GetRawText())
            .Where(one => one.Contains($"{release.App.Name}-{release.App.Id}:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
