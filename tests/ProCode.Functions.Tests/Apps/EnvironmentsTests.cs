using System.Net;
using System.Net.Http.Json;
using System.Text;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

public sealed class EnvironmentsTests(SharedStack stack)
{
    private const string Defaults = """{"env":{},"resources":{"cpu":"1","memory":"1Gi"},"replicas":1}""";

    // Answers what the test asks of its variables; where it is told to, it says its secret and dies.
    private const string Agent =
        """
        import http.server, json, os, sys
        print("the key is", os.environ["API_KEY"], flush=True)
        if os.environ.get("MODE") == "crash":
            sys.exit(3)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"mode": os.environ["MODE"], "keyLength": len(os.environ["API_KEY"])}).encode()
                self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            def log_message(self, *args): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """;

    [Fact]
    public async Task PutEnvironment_AWholeDocument_ReplacesAllOfIt()
    {
        var path = await PathAsync();
        var token = await TokenAsync("not-shown");
        Assert.Equal(Defaults, (await stack.Client.SendAsync(HttpMethod.Get, $"{path}/production")).Data.GetRawText());

        var all = $$$$"""{"env":{"API_KEY":{"secret":"{{{{token}}}}"},"MODE":{"value":"quick"}},"resources":{"cpu":"500m","memory":"256Mi"},"replicas":3,"target":"process"}""";
        var put = await PutAsync($"{path}/staging", all);
        var read = await stack.Client.SendAsync(HttpMethod.Get, $"{path}/staging");

        Assert.Equal((HttpStatusCode.OK, all, all, put.ETag), (put.Status, put.Data.GetRawText(), read.Data.GetRawText(), read.ETag));
        var listed = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal(["production", "staging"], listed.Data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.DoesNotContain("not-shown", put.Body + read.Body + listed.Body, StringComparison.Ordinal);
        Assert.Equal(Defaults, (await PutAsync($"{path}/staging", "{}")).Data.GetRawText());
    }

    [Fact]
    public async Task PutEnvironment_IfMatch_LosesNothing()
    {
        var path = $"{await PathAsync()}/staging";
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await stack.Client.SendAsync(HttpMethod.Get, path)));
        Assert.Equal((HttpStatusCode.PreconditionFailed, 41201), Seen(await PutAsync(path, "{}", "*")));
        var first = (await PutAsync(path, "{}")).ETag;

        var answers = await Task.WhenAll(Enumerable.Range(2, 10).Select(replicas => PutAsync(path, $$$$"""{"replicas":{{{{replicas}}}}}""", first)));

        Assert.Single(answers, answer => answer.IsSuccess);
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Equal((HttpStatusCode.PreconditionFailed, 41201), Seen(answer)));
    }

    [Fact]
    public async Task PutEnvironment_EverythingWrong_NamesEveryFieldAtOnce()
    {
        var answer = await PutAsync(
            $"{await PathAsync()}/Staging",
            """{"env":{"PORT":{"value":"1"},"PROCODE_X":{"value":"1"},"2":{"value":"1"},"A":{},"B":{"value":"1","secret":"1"},"C":{"secret":"x"}},"resources":{"cpu":"0","memory":"1"},"replicas":0,"target":"moon"}""");
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(answer));
        Assert.Equal(
            ["env.2", "env.A", "env.B", "env.C.secret", "env.PORT", "env.PROCODE_X", "environment", "replicas", "resources.cpu", "resources.memory", "target"], Fields(answer));
    }

    [Fact]
    public async Task PutEnvironment_ASecretThatCanNotBeUsed_IsNamed()
    {
        var path = $"{await PathAsync()}/production";
        var basic = (await stack.Client.CreateBasicCredentialAsync(TestStack.NewName("basic"), "u", "p")).Id;
        var answer = await PutAsync(path, $$$$"""{"env":{"A":{"secret":"999999"},"B":{"secret":"{{{{basic}}}}"},"C":{"value":"x"}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, 1001), Seen(answer));
        Assert.Equal(["env.A.secret", "env.B.secret"], Fields(answer));
        Assert.Equal(Defaults, (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetRawText());
    }

    [Fact]
    public async Task Environments_OfNoApp_Are404()
    {
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await stack.Client.SendAsync(HttpMethod.Get, "apps/999999/environments")));
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await stack.Client.SendAsync(HttpMethod.Get, "apps/999999/environments/production")));
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(await PutAsync("apps/999999/environments/production", "{}")));
    }

    [Theory]
    [InlineData("a%5Cb")]
    [InlineData("a%01b")]
    [InlineData("Production")]
    public async Task GetEnvironment_ANameThatNoneCanHave_Is404AndTellsTheRule(string name)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, $"{await PathAsync()}/{name}");
        Assert.Equal((HttpStatusCode.NotFound, 40401), Seen(answer));
        Assert.Contains("lower-case letters", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environments_WithoutAKey_Are401()
    {
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, "apps/1/environments")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, "apps/1/environments/production")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Put, "apps/1/environments/production", new { })).Status);
    }

    [Fact]
    public async Task Release_WithASecret_GivesItToTheAgentAndWritesItNowhere()
    {
        var secret = TestStack.NewName("s3cret");
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["main.py"] = Agent });
        await ConfigureAsync(release, await TokenAsync(secret), "quick");

        var pipeline = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);

        Assert.Equal("SUCCESS", pipeline.Status);
        using var http = new HttpClient();
        var answer = await http.GetFromJsonAsync<System.Text.Json.JsonElement>(new Uri(pipeline.Output("DEPLOY", "url")!));
        Assert.Equal(("quick", secret.Length), (answer.GetProperty("mode").GetString(), answer.GetProperty("keyLength").GetInt32()));
        await AssertNowhereAsync(secret);
    }

    [Fact]
    public async Task Release_TheAgentSaysItsSecretAndDies_IsToldWithoutIt()
    {
        var secret = TestStack.NewName("s3cret");
        var release = await stack.Stack.CreateReleaseAsync(new Dictionary<string, string> { ["main.py"] = Agent });
        await ConfigureAsync(release, await TokenAsync(secret), "crash");

        var pipeline = await stack.Client.WaitForEndAsync((await stack.Client.ReleaseAsync(release.Iteration.Id, "v1.0.0")).PipelineId);

        Assert.Equal("FAILED", pipeline.Status);
        var body = (await stack.Client.SendAsync(HttpMethod.Get, $"pipelines/{pipeline.Id}")).Body;
        Assert.Contains("AGENT_CRASHED", body, StringComparison.Ordinal);
        Assert.Contains("the key is ***", body, StringComparison.Ordinal);
        await AssertNowhereAsync(secret);
    }

    [Fact]
    public async Task DeleteCredential_AnEnvironmentUsesIt_Says1011()
    {
        var path = $"{await PathAsync()}/production";
        var token = await TokenAsync("x");
        await PutAsync(path, $$$$"""{"env":{"A":{"secret":"{{{{token}}}}"}}}""");

        var refused = await stack.Client.SendAsync(HttpMethod.Delete, $"credentials/{token}");
        Assert.Equal((HttpStatusCode.Conflict, 1011, "CREDENTIAL_IN_USE"), (refused.Status, refused.Code, refused.Error));

        await PutAsync(path, "{}");
        Assert.Equal(HttpStatusCode.OK, (await stack.Client.SendAsync(HttpMethod.Delete, $"credentials/{token}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stack.Client.SendAsync(HttpMethod.Get, $"credentials/{token}")).Status);
    }

    // Tables, blobs, the durable history, images and what the targets write; the agent's own log is the agent's to fill.
    private async Task AssertNowhereAsync(string secret)
    {
        Assert.DoesNotContain(secret, stack.App.LastLines, StringComparison.Ordinal);
        byte[][] forms = [Encoding.UTF8.GetBytes(secret), Encoding.Unicode.GetBytes(secret), Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)))];
        var seen = 0;
        foreach (var file in Directory.EnumerateFiles(stack.Stack.Stack.DataPath, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("agent.log", StringComparison.Ordinal)))
        {
            byte[] content;
            try
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                content = new byte[stream.Length];
                await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false);
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or IOException)
            {
                continue; // Another test's release is at work.
            }

            seen++;
            Assert.False(forms.Any(form => content.AsSpan().IndexOf(form) >= 0), file);
        }

        Assert.True(seen > 5);
    }

    private Task<ApiAnswer> ConfigureAsync(TestRelease release, string token, string mode) =>
        PutAsync($"apps/{release.App.Id}/environments/production", $$$$"""{"env":{"API_KEY":{"secret":"{{{{token}}}}"},"MODE":{"value":"{{{{mode}}}}"}}}""");

    private async Task<string> TokenAsync(string secret) =>
        (await stack.Client.PostAsync<CredentialInfo>("credentials", new { name = TestStack.NewName("token"), kind = "token", token = secret })).Id;

    private static IEnumerable<string?> Fields(ApiAnswer answer) =>
        answer.Envelope.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString()).Order(StringComparer.Ordinal);

    private static (HttpStatusCode, int) Seen(ApiAnswer answer) => (answer.Status, answer.Code!.Value);

    private async Task<string> PathAsync()
    {
        var app = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("env"), devMode = "low-code" });
        return $"apps/{app.Data.GetProperty("id").GetInt64()}/environments";
    }

    private Task<ApiAnswer> PutAsync(string path, string body, string? ifMatch = null) => stack.Client.SendAsync(
        HttpMethod.Put, path, new StringContent(body, Encoding.UTF8, "application/json"),
        request => { if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch); });
}
