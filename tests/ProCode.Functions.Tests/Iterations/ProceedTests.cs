using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProCode.Dev.Api;

namespace ProCode.Functions.Tests.Iterations;

/// <summary>Phases before the release, through HTTP, on a real git server.</summary>
public sealed class ProceedTests(SharedStack stack)
{
    [Fact]
    public async Task Proceed_ToTesting_MakesTheTestBranchAndDeploysItUntilTheIterationIsClosed()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var path = $"iterations/{release.Iteration.Id}";
        Assert.Equal(["TESTING", "RELEASE"], Allowed(await ReadAsync(path)));
        Assert.Equal((HttpStatusCode.Conflict, 2001, "PHASE_CANNOT_ADVANCE"), Seen(await PostAsync($"{path}/proceed", new { targetPhase = "STAGING" })));

        var key = Guid.NewGuid().ToString();
        var accepted = await PostAsync($"{path}/proceed", new { targetPhase = "TESTING", stageConfigs = Deploy(new { maxManualRetries = 2 }) }, key);
        Assert.Equal((HttpStatusCode.Accepted, release.Iteration.Id, "TESTING"), (accepted.Status, accepted.Data.GetProperty("iterationId").GetInt64(), Text(accepted.Data, "currentPhase")));
        var pipelineId = accepted.Data.GetProperty("phasePipelineId").GetInt64();
        var again = await PostAsync($"{path}/proceed", new { targetPhase = "TESTING", stageConfigs = Deploy(new { maxManualRetries = 2 }) }, key);
        Assert.Equal(accepted.Data.GetRawText(), again.Data.GetRawText());
        Assert.Equal((HttpStatusCode.Conflict, 2001, "PHASE_CANNOT_ADVANCE"), Seen(await PostAsync($"{path}/close", null)));

        var pipeline = await stack.Client.WaitForEndAsync(pipelineId);
        var branch = $"test/iteration-{release.Iteration.Id}";
        Assert.Equal(("SUCCESS", release.CommitId, branch), (pipeline.Status, pipeline.Output("CODE_CHECK", "commitId"), pipeline.Output("CODE_CHECK", "branch")));
        Assert.Equal(release.CommitId, stack.Git.BranchesOf(release.Repository)[branch]);
        Assert.Empty(stack.Git.TagsOf(release.Repository));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsJsonAsync(new Uri(pipeline.Output("DEPLOY", "url") + "/invoke"), new { input = "hello" })).StatusCode);

        var iteration = await ReadAsync(path);
        Assert.Equal(("TESTING", "STAGING"), (Text(iteration, "status"), Assert.Single(Allowed(iteration))));
        var phase = Assert.Single(iteration.GetProperty("phases").EnumerateArray());
        Assert.Equal(("SUCCESS", "testing", branch, release.CommitId), (Text(phase, "status"), Text(phase, "environment"), Text(phase, "testBranch"), Text(phase, "commitId")));
        Assert.False(phase.TryGetProperty("tag", out _));

        var span = await stack.Client.GetPipelineAsync(pipeline.ParentId!.Value);
        Assert.Equal(("PAUSED", "GATE"), (span.Status, Text(span.WaitingFor, "kind")));
        Assert.Equal(["DEVELOPING SUCCESS", "TESTING SUCCESS", "STAGING PENDING", "RELEASE PENDING"], span.Stages.Select(stage => $"{stage.Stage} {stage.Status}"));
        Assert.Equal((HttpStatusCode.Conflict, 2003, "PRECONDITION_FAILED"), Seen(await PostAsync($"{path}/proceed", new { targetPhase = "RELEASE", tag = "v1.0.0" })));
        Assert.Equal((HttpStatusCode.Conflict, 3003, "PROCEED_NOT_ALLOWED"), Seen(await PostAsync($"pipelines/{span.Id}/proceed", null)));
        await AssertStageConfigsAsync(pipelineId, span.Id);

        var closed = await PostAsync($"{path}/close", null);
        Assert.Equal((HttpStatusCode.OK, "CLOSED"), (closed.Status, Text(closed.Data, "status")));
        Assert.Equal((HttpStatusCode.Conflict, 2001, "PHASE_CANNOT_ADVANCE"), Seen(await PostAsync($"{path}/close", null)));
        Assert.Equal((HttpStatusCode.Conflict, 2001, "PHASE_CANNOT_ADVANCE"), Seen(await PostAsync("pipelines", new { iterationId = release.Iteration.Id })));
        Assert.Equal("CANCELED", (await stack.Client.GetPipelineAsync(span.Id)).Status);
        Assert.Empty(Allowed(await ReadAsync(path)));
    }

    [Fact]
    public async Task CreatePipeline_AfterAFailedRelease_RunsTheSameTagAnew()
    {
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["README.md"] = "nothing to run" });
        var failed = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        Assert.Equal(("FAILED", "BUILD"), (failed.Status, failed.CurrentStage));
        Assert.True((await ReadAsync($"iterations/{release.Iteration.Id}")).GetProperty("allowed").GetProperty("newPipeline").GetBoolean());

        var made = await PostAsync("pipelines", new { iterationId = release.Iteration.Id, phaseId = failed.RefId });

        Assert.Equal((HttpStatusCode.Created, "v1.0.0", release.CommitId), (made.Status, Text(made.Data, "tag"), Text(made.Data, "commitId")));
        var id = made.Data.GetProperty("id").GetInt64();
        Assert.Equal("FAILED", (await stack.Client.WaitForEndAsync(id)).Status);
        var listed = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines?iterationId={release.Iteration.Id}&type=PHASE")).Data.GetProperty("items");
        Assert.Equal([id, failed.Id], listed.EnumerateArray().Select(pipeline => pipeline.GetProperty("id").GetInt64()));
    }

    [Theory]
    [InlineData("proceed", """{"targetPhase":"PRODUCTION"}""", 2002, "targetPhase")]
    [InlineData("proceed", """{}""", 1001, "targetPhase")]
    [InlineData("proceed", """{"targetPhase":"RELEASE"}""", 1001, "tag")]
    [InlineData("proceed", """{"targetPhase":"TESTING","tag":"v1.0.0"}""", 1001, "tag")]
    [InlineData("proceed", """{"targetPhase":"TESTING","existing":true}""", 1001, "existing")]
    [InlineData("proceed", """{"targetPhase":"TESTING","stageConfigs":{"TEST":{}}}""", 1001, "stageConfigs.TEST")]
    [InlineData("release", """{"tag":"v1.0.0","stageConfigs":{"BUILD":{"driveMode":"ASYNC"}}}""", 1001, "stageConfigs.BUILD.driveMode")]
    public async Task Proceed_WrongInput_NamesTheField(string verb, string body, int code, string field)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, $"iterations/999999/{verb}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Envelope.GetProperty("details").EnumerateArray().Select(detail => Text(detail, "field")));
    }

    private async Task AssertStageConfigsAsync(long pipelineId, long spanId)
    {
        var path = $"pipelines/{pipelineId}/stage-configs";
        var read = await stack.Client.SendAsync(HttpMethod.Get, path);
        var deploy = read.Data.GetProperty("stageConfigs").GetProperty("DEPLOY");
        Assert.Equal(("ASYNC", 2), (Text(deploy, "driveMode"), deploy.GetProperty("maxManualRetries").GetInt32()));
        var ofSpan = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{spanId}/stage-configs")).Data.GetProperty("stageConfigs");
        Assert.Equal(["DEVELOPING", "TESTING", "STAGING", "RELEASE"], ofSpan.EnumerateObject().Select(stage => stage.Name));

        var begun = await PutAsync(new { stageConfigs = Deploy(new { driveMode = "MANUAL" }) });
        Assert.Equal((HttpStatusCode.Conflict, 3007, "STAGE_CONFIG_FIXED"), Seen(begun));
        Assert.Equal("stageConfigs.DEPLOY", Text(Assert.Single(begun.Envelope.GetProperty("details").EnumerateArray()), "field"));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(new { stageConfigs = Deploy(new { driveMode = "ASYNC" }) }, read.ETag)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync(new { stageConfigs = new { } }, "\"another\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(new { })).Status);

        Task<ApiAnswer> PutAsync(object body, string? ifMatch = null) => stack.Client.SendAsync(HttpMethod.Put, path, body, request =>
        {
            if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        });
    }

    // The names of stages must not be made camelCase.
    private static Dictionary<string, object> Deploy(object config) => new() { ["DEPLOY"] = config };

    private async Task<JsonElement> ReadAsync(string path) => (await stack.Client.SendAsync(HttpMethod.Get, path)).Data;

    private Task<ApiAnswer> PostAsync(string path, object? body, string? key = null) => stack.Client.SendAsync(HttpMethod.Post, path, body, request =>
    {
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
    });

    private static IEnumerable<string?> Allowed(JsonElement iteration) => iteration.GetProperty("allowed").GetProperty("proceed").EnumerateArray().Select(phase => phase.GetString());

    private static (HttpStatusCode, int?, string?) Seen(ApiAnswer answer) => (answer.Status, answer.Code, answer.Error);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
