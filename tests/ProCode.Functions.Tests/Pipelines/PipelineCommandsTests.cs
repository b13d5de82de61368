using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using ProCode.Dev.Api;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Pipelines;

/// <summary>What people do with a pipeline, through HTTP. Each time two press the button at the same moment, and one of them presses it twice.</summary>
public sealed class PipelineCommandsTests(SharedStack stack)
{
    // Neither of the files that BUILD looks for, and it wants to be configured.
    private static readonly Dictionary<string, string> Files = new()
    {
        ["serve.py"] =
            """
            import http.server, os
            if os.environ.get("CONFIGURED") != "yes":
                raise SystemExit("not configured")
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
                def log_message(self, *args): pass
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
            """,
    };

    private string _path = "";
    private (string Key, object? Body) _won;

    [Fact]
    public async Task Pipeline_ThatFailsTwice_IsRestartedHeldCanceledResumedLetGoAndRetriedUntilItSucceeds()
    {
        var release = await stack.Stack.CreateReleaseAsync(Files);
        var failed = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);
        _path = $"pipelines/{failed.Id}";
        Assert.Equal(("FAILED", "BUILD"), (failed.Status, failed.CurrentStage));
        await RefusedAsync("proceed", 3003, "PROCEED_NOT_ALLOWED", "is FAILED; it can go on by hand when it is PAUSED and waits for GATE");
        await RefusedAsync("cancel", 3004, "CANCEL_NOT_ALLOWED", "is FAILED in run 1; it can be canceled when it is PENDING, RUNNING, PAUSED.");
        await OfTheIterationIsRefusedAsync(failed.ParentId!.Value);

        // From BUILD, told how to start it, and held after PACKAGE.
        await HoldAfterPackageAsync();
        var tooLate = await RefusedAsync("restart", 3006, "RESTART_NOT_ALLOWED", "DEPLOY needs what BUILD brings", new { fromStage = "DEPLOY" });
        Assert.Equal("fromStage", Text(Assert.Single(tooLate.Envelope.GetProperty("details").EnumerateArray()), "field"));
        var restart = new { fromStage = "BUILD", input = new { entrypoint = new[] { "python3", "serve.py" } } };
        var restarted = await RacedAsync("restart", 3006, HttpStatusCode.Accepted, restart);
        Assert.Equal(("RUNNING", "BUILD", 2), (Text(restarted.Data, "status"), Text(restarted.Data, "fromStage"), Run(restarted)));
        await AtGateAsync();

        var canceled = await RacedAsync("cancel", 3004, HttpStatusCode.OK);
        Assert.Equal("CANCELED", Text(canceled.Data, "status"));
        await RepeatedAfterTheEndAsync("CancelRunningPipeline", "cancel", canceled);
        await RefusedAsync("retry", 3001, "RETRY_NOT_ALLOWED", "is CANCELED in run 2; it can be retried when it is FAILED. The last to act on it was bootstrap: CANCEL at ");

        // Nobody has opened the gate, so it is still there.
        var resumed = await RacedAsync("resume", 3005, HttpStatusCode.Accepted);
        Assert.Equal(("DEPLOY", 3), (Text(resumed.Data, "resumeFromStage"), Run(resumed)));
        await AtGateAsync();
        var opened = await RacedAsync("proceed", 3003, HttpStatusCode.Accepted);
        Assert.Equal(("PACKAGE", "DEPLOY"), (Text(opened.Data, "previousStage"), Text(opened.Data, "currentStage")));
        Assert.Equal("DEPLOY", (await EndAsync("FAILED")).CurrentStage);
        await RepeatedAfterTheEndAsync("ProceedWithPipeline", "proceed", opened);

        // What it has failed of is mended.
        var environment = new { env = new Dictionary<string, object> { ["CONFIGURED"] = new { value = "yes" } } };
        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Put, $"apps/{release.App.Id}/environments/production", environment)).Status);
        var retried = await RacedAsync("retry", 3001, HttpStatusCode.Accepted);
        Assert.Equal(("DEPLOY", 4, 1, 10), (Text(retried.Data, "currentStage"), Run(retried), retried.Data.GetProperty("retryCount").GetInt32(), retried.Data.GetProperty("maxRetries").GetInt32()));
        await EndAsync("SUCCESS");
        await RepeatedAfterTheEndAsync("RetryPipeline", "retry", retried);

        await RefusedAsync("resume", 3005, "RESUME_NOT_ALLOWED", "is SUCCESS in run 4; it can be resumed when it is FAILED, CANCELED.");
        await RefusedAsync("restart", 2001, "PHASE_CANNOT_ADVANCE", "is RELEASED", new { fromStage = "DEPLOY" });
        var runs = (await stack.Client.SendAsync(HttpMethod.Get, _path)).Data.GetProperty("runs").EnumerateArray();
        Assert.Equal(
            ["START CODE_CHECK FAILED", "RESTART BUILD CANCELED", "RESUME DEPLOY FAILED", "RETRY DEPLOY SUCCESS"],
            runs.Select(run => $"{Text(run, "cause")} {Text(run, "fromStage")} {Text(run, "status")}"));
    }

    [Theory]
    [InlineData("retry?force=true", "", "force")]
    [InlineData("resume?force=true", "", "force")]
    [InlineData("proceed?force=true", "", "force")]
    [InlineData("cancel?force=true", "", "force")]
    [InlineData("restart", "{}", "fromStage")]
    [InlineData("restart", """{"fromStage":"TEST"}""", "fromStage")]
    [InlineData("restart", """{"fromStage":"BUILD","force":true}""", "force")]
    [InlineData("restart", """{"fromStage":"PACKAGE","input":{}}""", "input")]
    [InlineData("restart", """{"fromStage":"BUILD","input":{"port":"1"}}""", "input.port")]
    [InlineData("restart", """{"fromStage":"DEPLOY","input":{"entrypoint":["a"]}}""", "input.entrypoint")]
    [InlineData("restart", """{"fromStage":"DEPLOY","input":{"replicas":0}}""", "input.replicas")]
    [InlineData("stage-configs", "{}", "stageConfigs")]
    [InlineData("stage-configs", """{"stageConfigs":{"TEST":{}}}""", "stageConfigs.TEST")]
    [InlineData("stage-configs", """{"stageConfigs":{"BUILD":{"pollInterval":5}}}""", "stageConfigs.BUILD.pollInterval")]
    public async Task Command_WrongInput_NamesTheField(string command, string body, string field)
    {
        var answer = await stack.Client.SendAsync(Verb(command), $"pipelines/999999/{command}", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Envelope.GetProperty("details").EnumerateArray().Select(detail => Text(detail, "field")));
    }

    [Theory]
    [InlineData("retry", "")]
    [InlineData("resume", "")]
    [InlineData("proceed", "")]
    [InlineData("cancel", "")]
    [InlineData("restart", """{"fromStage":"BUILD"}""")]
    [InlineData("stage-configs", """{"stageConfigs":{}}""")]
    public async Task Command_NoPipelineOrNoKey_Is404Or401(string command, string body)
    {
        StringContent Body() => new(body, Encoding.UTF8, "application/json");
        var missing = await stack.Client.SendAsync(Verb(command), $"pipelines/999999/{command}", Body());
        Assert.Equal((HttpStatusCode.NotFound, 40401), (missing.Status, missing.Code));
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(Verb(command), $"pipelines/999999/{command}", Body())).Status);
    }

    private async Task HoldAfterPackageAsync()
    {
        var path = $"{_path}/stage-configs";
        var read = await stack.Client.SendAsync(HttpMethod.Get, path);
        var held = await PutAsync("PACKAGE", read.ETag!);
        Assert.Equal((HttpStatusCode.OK, "MANUAL"), (held.Status, Text(held.Data.GetProperty("stageConfigs").GetProperty("PACKAGE"), "driveMode")));
        Assert.Equal(held.Data.GetRawText(), (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetRawText());
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("DEPLOY", read.ETag!)).Status);
        var begun = await PutAsync("CODE_CHECK", held.ETag!);
        Assert.Equal((HttpStatusCode.Conflict, 3007, "STAGE_CONFIG_FIXED"), (begun.Status, begun.Code, begun.Error));

        // The names of stages must not be made camelCase.
        Task<ApiAnswer> PutAsync(string stage, string etag) => stack.Client.SendAsync(
            HttpMethod.Put, path, new { stageConfigs = new Dictionary<string, object> { [stage] = new { driveMode = "MANUAL" } } },
            request => request.Headers.TryAddWithoutValidation("If-Match", etag));
    }

    private async Task OfTheIterationIsRefusedAsync(long parentId)
    {
        foreach (var (command, code) in new[] { ("retry", 3001), ("resume", 3005), ("proceed", 3003), ("cancel", 3004), ("restart", 3006) })
        {
            var answer = await stack.Client.SendAsync(HttpMethod.Post, $"pipelines/{parentId}/{command}", command == "restart" ? new { fromStage = "BUILD" } : null);
            Assert.Equal((HttpStatusCode.Conflict, code), (answer.Status, answer.Code));
            Assert.Contains("ITERATION", answer.Message, StringComparison.Ordinal);
        }
    }

    private async Task<ApiAnswer> RefusedAsync(string command, int code, string error, string message, object? body = null)
    {
        var answer = await PostAsync(command, body, TestStack.NewName("key"));
        Assert.Equal((HttpStatusCode.Conflict, code, error), (answer.Status, answer.Code, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        return answer;
    }

    // Whoever was first has the effect and is told so each time, the other that it is not possible any more.
    private async Task<ApiAnswer> RacedAsync(string command, int refusal, HttpStatusCode success, object? body = null)
    {
        var (one, other) = ($"one-{command}{_path}", $"other-{command}{_path}");
        var answers = await Task.WhenAll(PostAsync(command, body, one), PostAsync(command, body, one), PostAsync(command, body, other));
        Assert.Equal((answers[0].Status, answers[0].Code), (answers[1].Status, answers[1].Code));
        var (winner, loser, key) = answers[0].IsSuccess ? (answers[0], answers[2], one) : (answers[2], answers[0], other);
        Assert.Equal((success, HttpStatusCode.Conflict, refusal), (winner.Status, loser.Status, loser.Code));
        if (key == one) Assert.Equal(winner.Data.GetRawText(), answers[1].Data.GetRawText());
        Assert.Equal(winner.Data.GetRawText(), (await PostAsync(command, body, key)).Data.GetRawText());
        _won = (key, body);
        return winner;
    }

    // The same answer as before; and one, not another effect, if the process had died before it kept its answer.
    private async Task RepeatedAfterTheEndAsync(string function, string command, ApiAnswer first)
    {
        var before = await stack.Client.SendAsync(HttpMethod.Get, _path);
        Assert.Equal(first.Data.GetRawText(), (await PostAsync(command, _won.Body, _won.Key)).Data.GetRawText());
        await ForgetAnswerAsync(function, _won.Key);
        var again = await PostAsync(command, _won.Body, _won.Key);
        Assert.Equal((first.Status, first.Data.GetProperty("pipelineId").GetRawText()), (again.Status, again.Data.GetProperty("pipelineId").GetRawText()));
        Assert.Equal(before.Data.GetRawText(), (await stack.Client.SendAsync(HttpMethod.Get, _path)).Data.GetRawText());
    }

    private async Task ForgetAnswerAsync(string function, string key)
    {
        var table = new TableServiceClient(stack.Stack.Stack.Azurite.ConnectionString).GetTableClient(TableNames.Idempotency);
        var row = (await table.GetEntityAsync<TableEntity>("bootstrap", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{function}\n{key}"))))).Value;
        Assert.True(row.Remove("Answer") && row.Remove("AnswerParts"));
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
    }

    private async Task<PipelineInfo> EndAsync(string status)
    {
        var ended = await stack.Client.WaitForEndAsync((await stack.Client.GetAsync<PipelineInfo>(_path)).Id);
        Assert.Equal(status, ended.Status);
        return ended;
    }

    private Task AtGateAsync() => WaitFor.Async(async () =>
        (await stack.Client.GetAsync<PipelineInfo>(_path)).WaitingFor is { ValueKind: JsonValueKind.Object } waiting && Text(waiting, "kind") == "GATE");

    private Task<ApiAnswer> PostAsync(string command, object? body, string key) => stack.Client.SendAsync(
        HttpMethod.Post, $"{_path}/{command}", body, request => request.Headers.Add("Idempotency-Key", key));

    private static HttpMethod Verb(string command) => command == "stage-configs" ? HttpMethod.Put : HttpMethod.Post;

    private static int Run(ApiAnswer answer) => answer.Data.GetProperty("run").GetInt32();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
