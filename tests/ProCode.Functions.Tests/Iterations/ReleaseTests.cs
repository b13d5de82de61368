using System.Net;
using System.Net.Http.Json;
using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Iterations;

/// <summary>The main job, through HTTP, on a real git server, real storage and real processes.</summary>
public sealed class ReleaseTests(SharedStack stack)
{
    [Fact]
    public async Task Release_TheSampleAgent_AnswersInTheEnd()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");
        Assert.Equal((release.Iteration.Id, "v1.0.0", "RUNNING"), (accepted.IterationId, accepted.Tag, accepted.Status));

        var pipeline = await stack.Client.WaitForEndAsync(accepted.PipelineId);
        Assert.Equal(("SUCCESS", "PHASE", "DEPLOY_SUCCESS"), (pipeline.Status, pipeline.Type, pipeline.DeployStatus));
        Assert.Equal(["CODE_CHECK", "BUILD", "PACKAGE", "DEPLOY"], pipeline.Checkpoints.Select(checkpoint => checkpoint.Stage));
        Assert.All(pipeline.Stages, stage => Assert.Equal(("SUCCESS", 1), (stage.Status, stage.Attempts)));
        Assert.Equal(release.CommitId, pipeline.Output("CODE_CHECK", "commitId"));
        Assert.Equal(release.CommitId, stack.Git.TagsOf(release.Repository)["v1.0.0"]);
        Assert.StartsWith("sha256:", pipeline.Output("PACKAGE", "digest"), StringComparison.Ordinal);

        var path = $"pipelines/{pipeline.Id}/stages/BUILD/log";
        var log = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, "true"), (log.Status, Assert.Single(log.Headers.GetValues("X-Log-Complete"))));
        Assert.Contains("Fetched: ", log.Body, StringComparison.Ordinal);
        Assert.EndsWith("BUILD succeeded.\n", log.Body, StringComparison.Ordinal);
        var rest = await stack.Client.SendAsync(HttpMethod.Get, path, shape: request => request.Headers.Range = new(17, null));
        Assert.Equal((HttpStatusCode.PartialContent, log.Body[17..]), (rest.Status, rest.Body));
        var end = await stack.Client.SendAsync(HttpMethod.Get, path, shape: request => request.Headers.Range = new(log.Body.Length, null));
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, ""), (end.Status, end.Body));
        var unknown = await stack.Client.SendAsync(HttpMethod.Get, $"{path}?attempt=2");
        Assert.Equal((HttpStatusCode.NotFound, "STAGE_LOG_NOT_FOUND"), (unknown.Status, unknown.Error));
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{pipeline.Id}/stages/build/log")).Status);

        using var http = new HttpClient();
        var answer = await http.PostAsJsonAsync(new Uri(pipeline.Output("DEPLOY", "url") + "/invoke"), new { input = "hello" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var iteration = (await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{release.Iteration.Id}")).Data;
        Assert.Equal(("RELEASED", "RELEASE"), (iteration.GetProperty("status").GetString(), iteration.GetProperty("currentPhase").GetString()));
        var phase = Assert.Single(iteration.GetProperty("phases").EnumerateArray());
        Assert.Equal(("SUCCESS", pipeline.Id), (phase.GetProperty("status").GetString(), phase.GetProperty("pipeline").GetProperty("id").GetInt64()));

        var parent = await stack.Client.GetPipelineAsync(pipeline.ParentId!.Value);
        Assert.Equal(("ITERATION", "SUCCESS", "RELEASE", release.Iteration.Id), (parent.Type, parent.Status, parent.CurrentStage, parent.RefId));
        Assert.Equal(pipeline.ParentId, iteration.GetProperty("pipelineId").GetInt64());
    }

    [Fact]
    public async Task Release_AReleasedIteration_Says2001()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var accepted = await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0");
        var meanwhile = await ReleaseAsync(release.Iteration.Id, new { tag = "v1.0.1" });
        Assert.Equal((HttpStatusCode.Conflict, 2001, "PHASE_CANNOT_ADVANCE"), (meanwhile.Status, meanwhile.Code, meanwhile.Error));
        await stack.Client.WaitForEndAsync(accepted.PipelineId);
        var afterwards = await ReleaseAsync(release.Iteration.Id, new { tag = "v1.0.1" });
        Assert.Equal((HttpStatusCode.Conflict, 2001), (afterwards.Status, afterwards.Code));
        Assert.Single(stack.Git.TagsOf(release.Repository));
    }

    [Fact]
    public async Task Release_TwentyTimesAtOnce_OneIsAccepted()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReleaseAsync(release.Iteration.Id, new { tag = "v1.0.0" })));
        var accepted = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(answer => answer != accepted), answer => Assert.Equal((HttpStatusCode.Conflict, 2001), (answer.Status, answer.Code)));
        Assert.Equal("SUCCESS", (await stack.Client.WaitForEndAsync(accepted.Data.GetProperty("pipelineId").GetInt64())).Status);
        Assert.Equal(1, stack.Git.PushCount(release.Repository));
    }

    [Fact]
    public async Task Release_TheSameKeyTwice_IsOnePipeline()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var key = Guid.NewGuid().ToString();
        var first = await ReleaseAsync(release.Iteration.Id, new { tag = "v1.0.0" }, key);
        var again = await ReleaseAsync(release.Iteration.Id, new { tag = "v1.0.0" }, key);
        Assert.Equal((HttpStatusCode.Accepted, first.Data.GetRawText()), (again.Status, again.Data.GetRawText()));
    }

    [Fact]
    public async Task Release_ATagOnAnotherCommit_Says2004UnlessItIsMeant()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        var second = await stack.Git.CommitAsync(release.Repository, SampleAgent.Files("v2.0.0"));
        var next = await stack.Client.CreateIterationAsync(release.App.Id, "second");

        var refused = await ReleaseAsync(next.Id, new { tag = "v1.0.0" });
        Assert.Equal((HttpStatusCode.Conflict, 2004, "TAG_EXISTS"), (refused.Status, refused.Code, refused.Error));

        var rolledBack = await ReleaseAsync(next.Id, new { tag = "v1.0.0", existing = true });
        var pipeline = await stack.Client.WaitForEndAsync(rolledBack.Data.GetProperty("pipelineId").GetInt64());
        Assert.Equal(("SUCCESS", release.CommitId), (pipeline.Status, pipeline.Output("CODE_CHECK", "commitId")));
        Assert.NotEqual(release.CommitId, second);
    }

    [Theory]
    [InlineData("""{"tag":"latest"}""", 400)]
    [InlineData("""{"tag":"v1.0"}""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{"tag":"v1.0.0","force":true}""", 400)]
    [InlineData("""{"tag":"v1.0.0","existing":"yes"}""", 400)]
    [InlineData("""{"tag":""", 400)]
    [InlineData("""{"tag":"v9.9.9","existing":true}""", 422)]
    public async Task Release_WrongInput_IsRefusedAndChangesNothing(string body, int status)
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var answer = await stack.Client.SendAsync(
            HttpMethod.Post, $"iterations/{release.Iteration.Id}/release", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(status, (int)answer.Status);
        var iteration = (await stack.Client.SendAsync(HttpMethod.Get, $"iterations/{release.Iteration.Id}")).Data;
        Assert.Equal(("DRAFT", 0), (iteration.GetProperty("status").GetString(), iteration.GetProperty("phases").GetArrayLength()));
        Assert.Empty(stack.Git.TagsOf(release.Repository));
    }

    [Fact]
    public async Task Release_ABranchThatIsNotThere_SaysSo()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var iteration = await stack.Client.CreateIterationAsync(release.App.Id, "lost", "no-such-branch");
        var answer = await ReleaseAsync(iteration.Id, new { tag = "v1.0.0" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "GIT_REF_NOT_FOUND"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Release_AnUnknownIteration_Is404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await ReleaseAsync(999_999, new { tag = "v1.0.0" })).Status);

    [Fact]
    public async Task Release_SourceWithoutEntrypoint_FailsAtBuildAndLeavesNoImage()
    {
        var pipeline = await RunAsync(new Dictionary<string, string> { ["README.md"] = "nothing to run" });
        AssertFailedAt(pipeline, "BUILD", "ENTRYPOINT_MISSING");
    }

    [Fact]
    public async Task Release_AWrongManifest_FailsAtBuildNamingTheField()
    {
        var pipeline = await RunAsync(new Dictionary<string, string> { ["main.py"] = "", ["procode.yaml"] = "port: 80000\n" });
        AssertFailedAt(pipeline, "BUILD", "MANIFEST_INVALID");
        Assert.Contains("port", Stage(pipeline, "BUILD").Error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_AnAgentThatCrashes_FailsAtDeployWithItsLastWords()
    {
        var pipeline = await RunAsync(new Dictionary<string, string> { ["main.py"] = "raise SystemExit('no configuration')" });
        AssertFailedAt(pipeline, "DEPLOY", "AGENT_CRASHED");
        Assert.Equal("DEPLOY_FAILED", pipeline.DeployStatus);
        Assert.Contains("no configuration", Stage(pipeline, "DEPLOY").Error.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("no configuration", (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{pipeline.Id}/stages/DEPLOY/log")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_AnAgentThatNeverGetsHealthy_FailsAtDeployAndIsStopped()
    {
        var pipeline = await RunAsync(new Dictionary<string, string> { ["main.py"] = "import time\nwhile True: time.sleep(1)" });
        AssertFailedAt(pipeline, "DEPLOY", "AGENT_UNHEALTHY");
        await WaitFor.Async(() => AgentProcesses.Find(Path.Combine(stack.Stack.Stack.DeploymentsPath, $"{pipeline.DeployId!.Split('-')[1]}-production")).Count == 0);
    }

    [Fact]
    public async Task Release_AfterAFailure_CanBeReleasedUnderAnotherTag()
    {
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["README.md"] = "nothing to run" });
        await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        await stack.Git.CommitAsync(release.Repository, SampleAgent.Files("v1.0.1"));

        var pipeline = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.1")).PipelineId);
        Assert.Equal("SUCCESS", pipeline.Status);
        var parent = await stack.Client.GetPipelineAsync(pipeline.ParentId!.Value);
        Assert.Equal("SUCCESS", parent.Status);
    }

    [Fact]
    public async Task Release_TwoIterationsOfAnAppAtOnce_OneWaitsForTheOtherAndSaysSo()
    {
        // Slow enough that both are at DEPLOY at the same time.
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string>
        {
            ["main.py"] =
                """
                import http.server, os, time
                time.sleep(2)
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
                http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
                """,
        });
        var second = await stack.Client.CreateIterationAsync(release.App.Id, "second");
        var accepted = await Task.WhenAll(stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0"), stack.Client.ReleaseAsync(second.Id, "v1.0.1"));

        await WaitFor.Async(async () => (await Task.WhenAll(accepted.Select(one => stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{one.PipelineId}"))))
            .Any(pipeline => pipeline.Data.GetProperty("status").GetString() == "PAUSED"
                && pipeline.Data.GetProperty("waitingFor").GetProperty("kind").GetString() == "LOCK"));
        var ended = await Task.WhenAll(accepted.Select(one => stack.Client.WaitForEndAsync(one.PipelineId)));
        Assert.All(ended, pipeline => Assert.Equal("SUCCESS", pipeline.Status));
        await WaitFor.Async(() => AgentProcesses.Find(Path.Combine(stack.Stack.Stack.DeploymentsPath, $"{release.App.Id}-production")).Count == 1);
    }

    private async Task<Dev.Api.PipelineInfo> RunAsync(IReadOnlyDictionary<string, string> files)
    {
        var release = await stack.Stack.CreateReleaseAsync(files);
        return await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
    }

    private static void AssertFailedAt(Dev.Api.PipelineInfo pipeline, string stage, string error)
    {
        Assert.Equal(("FAILED", stage), (pipeline.Status, pipeline.CurrentStage));
        Assert.Equal(error, Stage(pipeline, stage).Error.GetProperty("error").GetString());
        Assert.DoesNotContain(pipeline.Checkpoints, checkpoint => checkpoint.Stage == stage);
    }

    private static Dev.Api.StageInfo Stage(Dev.Api.PipelineInfo pipeline, string stage) => pipeline.Stages.Single(run => run.Stage == stage);

    private Task<Dev.Api.ApiAnswer> ReleaseAsync(long iterationId, object body, string? key = null) =>
        stack.Client.SendAsync(HttpMethod.Post, $"iterations/{iterationId}/release", body, request =>
        {
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
        });
}
