using System.Net;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Pipelines;

/// <summary>
/// The app is killed with -9 in the middle of releases and started again. Whatever the moment, each release ends well, and what it does
/// outside is there once: counted on the git server, in the image store and among the processes, not in our own rows.
/// </summary>
[Collection(typeof(VictimCollection))]
public sealed class CrashTests(Victim victim)
{
    private const string Agent =
        """
        import http.server, os
        print("agent begins", flush=True)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
            def log_message(self, *args): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """;

    // In the order in which a run comes to them; the count of an activity begins anew with each process.
    private static readonly string[] Activities =
    [
        "AdvancePipelineActivity", "CheckCodeActivity", "AdvancePipelineActivity", "BuildActivity", "AdvancePipelineActivity", "PackageActivity",
        "AdvancePipelineActivity", "PrepareDeploymentActivity", "OrderDeploymentActivity", "CheckDeploymentActivity", "AdvancePipelineActivity",
    ];

    /// <summary>Each process dies at the next activity: when that has had its effect and nobody knows, or when that is recorded and nothing has followed.</summary>
    [Theory]
    [InlineData("after-effect")]
    [InlineData("after-record")]
    public async Task Release_KilledAtEachActivityInTurn_EndsOnce(string moment)
    {
        await victim.StartAsync($"{moment}:{Activities[0]}");
        var release = await victim.Stack.CreateReleaseAsync(Files());
        var key = Guid.NewGuid().ToString();
        await TryReleaseAsync(release, key);
        await victim.DiedAsync();
        foreach (var activity in Activities.Skip(1))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"to be killed {moment} of {activity}");
            if (await victim.StartAsync($"{moment}:{activity}")) await victim.DiedAsync();
        }

        await victim.StartAsync();
        await AssertEndsOnceAsync(release, key);
    }

    [Fact]
    public async Task Release_KilledAtRandomMoments_EndsOnce()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await victim.StartAsync();
        for (var kill = 0; kill < (Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1" ? 50 : 4); kill++)
        {
            var release = await victim.Stack.CreateReleaseAsync(Files());
            var key = Guid.NewGuid().ToString();
            var releasing = TryReleaseAsync(release, key);
            await Task.Delay(random.Next(0, 1500), TestContext.Current.CancellationToken); // The moment is the point; nothing is awaited by it.
            await victim.StartAsync();
            await releasing;
            await AssertEndsOnceAsync(release, key);
        }
    }

    [Fact]
    public async Task Post_SameKeyAfterTheProcessWasKilled_GivesTheSameAnswer()
    {
        await victim.StartAsync();
        var (name, key) = (TestStack.NewName("credential"), Guid.NewGuid().ToString());
        Task<ApiAnswer> CreateAsync() => victim.Stack.Client.SendAsync(
            HttpMethod.Post, "credentials", new { name, kind = "token", token = "token" }, request => request.Headers.Add("Idempotency-Key", key));
        var first = await CreateAsync();
        await victim.StartAsync();

        var again = await CreateAsync();

        Assert.Equal((HttpStatusCode.Created, first.Data.GetRawText()), (again.Status, again.Data.GetRawText()));
    }

    private static Dictionary<string, string> Files() => new() { ["main.py"] = Agent };

    private async Task TryReleaseAsync(TestRelease release, string key)
    {
        try
        {
            await ReleaseAsync(release, key);
        }
        catch (HttpRequestException)
        {
            // Killed before it answered.
        }
    }

    private Task<ApiAnswer> ReleaseAsync(TestRelease release, string key) => victim.Stack.Client.SendAsync(
        HttpMethod.Post, $"iterations/{release.Iteration.Id}/release", new { tag = "v1.0.0" }, request => request.Headers.Add("Idempotency-Key", key));

    private async Task AssertEndsOnceAsync(TestRelease release, string key)
    {
        // The client that got no answer asks again under its key.
        var accepted = await ReleaseAsync(release, key);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var pipeline = await victim.Stack.Client.WaitForEndAsync(accepted.Data.GetProperty("pipelineId").GetInt64()).WaitAsync(WaitFor.Deadline);

        Assert.True(pipeline.Status == "SUCCESS", $"{pipeline.Status}: {string.Join(" ", pipeline.Stages.Select(stage => stage.Error))}");
        Assert.All(pipeline.Stages, stage => Assert.Equal(("SUCCESS", 1), (stage.Status, stage.Attempts)));
        Assert.Equal(release.CommitId, Assert.Single(victim.Stack.Git.TagsOf(release.Repository)).Value);
        Assert.Equal(1, victim.Stack.Git.PushCount(release.Repository));

        var images = await File.ReadAllTextAsync(Path.Combine(victim.Stack.Stack.ImagesPath, "index.json"));
        Assert.Equal(2, images.Split($"{release.App.Name}-{release.App.Id}:").Length);
        var folder = Path.Combine(victim.Stack.Stack.DeploymentsPath, $"{release.App.Id}-production");
        Assert.Single(AgentProcesses.Find(folder));
        Assert.Single(Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories), log => File.ReadAllText(log).Contains("agent begins", StringComparison.Ordinal));

        var iteration = await victim.Stack.Client.GetAsync<IterationInfo>($"iterations/{release.Iteration.Id}");
        Assert.Equal("RELEASED", iteration.Status);
        var listed = await victim.Stack.Client.SendAsync(HttpMethod.Get, $"pipelines?appId={release.App.Id}");
        Assert.Equal(2, listed.Data.GetProperty("items").GetArrayLength());
        await WaitFor.Async(async () => (await victim.Stack.Client.SendAsync(HttpMethod.Get, "pipelines?status=RUNNING&limit=200")).Data
            .GetProperty("items").EnumerateArray().All(item => item.GetProperty("appId").GetInt64() != release.App.Id));
        await AgentProcesses.StopAsync(folder, CancellationToken.None);
    }
}
