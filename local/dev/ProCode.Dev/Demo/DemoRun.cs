using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ProCode.Dev.Api;

namespace ProCode.Dev.Demo;

/// <summary>The main job, for real: a release, a call of the agent, a second release that survives a kill -9.</summary>
internal sealed class DemoRun(LocalStack stack, GitServer git, string gitUser, string gitPassword, StepLog steps, StageDisplay display)
{
    private const string Repository = "sample-agent";
    private static readonly HttpClient _agent = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async Task RunAsync(CancellationToken cancellation)
    {
        var app = await steps.RunAsync("Make a git repository with a Python agent, store its credential, register the app", async () =>
        {
            steps.Say("commit", await git.CreateRepositoryAsync(Repository, SampleAgent.Files("v1.0.0"), cancellation));
            steps.Say("repository", git.UrlOf(Repository));
            var credential = await stack.Client.CreateBasicCredentialAsync("demo", gitUser, gitPassword, cancellation);
            var created = await stack.Client.CreateAppAsync(Repository, git.UrlOf(Repository), credential.Id, cancellation: cancellation);
            steps.Say("app", $"{created.Id} ({created.Name})");
            return created;
        });
        var first = await steps.RunAsync("Release v1.0.0", () => ReleaseAsync(app, "v1.0.0", cancellation));
        await steps.RunAsync("Call the agent", () => CallAsync(first, "v1.0.0", cancellation));
        var second = await steps.RunAsync("Release v1.1.0 and kill the app with -9 in the middle", () => ReleaseWithKillAsync(app, "v1.1.0", cancellation));
        await steps.RunAsync("Look for anything done twice", () => Task.FromResult(RequireOnce(second)));
        await steps.RunAsync("Call the agent again", () => CallAsync(second, "v1.1.0", cancellation));
    }

    private async Task<PipelineInfo> ReleaseAsync(AppInfo app, string tag, CancellationToken cancellation)
    {
        var release = await StartAsync(app, tag, cancellation);
        var pipeline = await display.FollowAsync(stack.Client, release.PipelineId, null, cancellation);
        return Finished(tag, pipeline);
    }

    private async Task<PipelineInfo> ReleaseWithKillAsync(AppInfo app, string tag, CancellationToken cancellation)
    {
        await git.CommitAsync(Repository, SampleAgent.Files(tag));
        var release = await StartAsync(app, tag, cancellation);
        var before = await display.FollowAsync(
            stack.Client, release.PipelineId, pipeline => pipeline.Stages.Any(stage => stage is { Stage: "PACKAGE" or "DEPLOY", Status: "RUNNING" }), cancellation);
        stack.App.Kill();
        await stack.App.Exited.WaitAsync(cancellation);
        if (before.IsSettled)
        {
            throw new DevException($"the pipeline was {before.Status} before the app could be killed");
        }

        steps.Say("killed", $"-9 during {before.CurrentStage}; starting the app again on the same data");
        var watch = Stopwatch.StartNew();
        await stack.RestartAppAsync(cancellation);
        steps.Note("   start again after kill -9", watch.Elapsed);
        var after = await display.FollowAsync(stack.Client, release.PipelineId, null, cancellation);

        foreach (var done in before.Stages.Where(stage => stage.Status == "SUCCESS"))
        {
            var now = after.Stages.Single(stage => stage.Stage == done.Stage);
            Require(now.StartedAt == done.StartedAt && now.EndedAt == done.EndedAt, $"{done.Stage} was finished before the kill and ran again after it");
            steps.Say("kept", $"{done.Stage} from its checkpoint");
        }

        return Finished(tag, after);
    }

    private async Task<ReleaseInfo> StartAsync(AppInfo app, string tag, CancellationToken cancellation)
    {
        var iteration = await stack.Client.CreateIterationAsync(app.Id, tag, cancellation: cancellation);
        var watch = Stopwatch.StartNew();
        var release = await stack.Client.ReleaseAsync(iteration.Id, tag, cancellation);
        steps.Note($"   {tag} release answered", watch.Elapsed);
        steps.Say("pipeline", release.PipelineId);
        return release;
    }

    private PipelineInfo Finished(string tag, PipelineInfo pipeline)
    {
        foreach (var stage in pipeline.Stages)
        {
            steps.Note($"   {tag} {stage.Stage}", display.ElapsedOf(stage));
        }

        if (pipeline.Status != "SUCCESS")
        {
            var error = pipeline.Stages.FirstOrDefault(stage => stage.Status == "FAILED")?.Error;
            throw new DevException($"pipeline {pipeline.Id} is {pipeline.Status} at {pipeline.CurrentStage}: {error}");
        }

        steps.Say("commit", pipeline.Output("CODE_CHECK", "commitId"));
        steps.Say("Dockerfile", pipeline.Output("BUILD", "dockerfile"));
        steps.Say("image", pipeline.Output("PACKAGE", "image"));
        steps.Say("digest", pipeline.Output("PACKAGE", "digest"));
        steps.Say("deployment", $"{pipeline.Output("DEPLOY", "deployId")} at {pipeline.Output("DEPLOY", "url")}");
        return pipeline;
    }

    private async Task<string> CallAsync(PipelineInfo pipeline, string version, CancellationToken cancellation)
    {
        var url = pipeline.Output("DEPLOY", "url") ?? throw new DevException("the DEPLOY checkpoint has no url");
        const string Question = "the agent answers";
        using var response = await _agent.PostAsJsonAsync(new Uri(new Uri(url), "invoke"), new { input = Question }, cancellation);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation);
        steps.Say("asked", $"POST {url.TrimEnd('/')}/invoke {{\"input\": \"{Question}\"}}");
        steps.Say("answer", answer.Trim());

        using var manifest = JsonDocument.Parse(await _agent.GetStringAsync(new Uri(new Uri(url), "manifest"), cancellation));
        var (name, running) = (manifest.RootElement.GetProperty("name").GetString(), manifest.RootElement.GetProperty("version").GetString());
        steps.Say("agent", $"{name} {running}, by its manifest");
        Require(running == version, $"the agent that answers is {running}, not {version}");
        return answer;
    }

    // Counted where the effects are, not where we say we caused them.
    private int RequireOnce(PipelineInfo second)
    {
        foreach (var stage in second.Stages)
        {
            Require(stage.Attempts == 1, $"{stage.Stage} took {stage.Attempts} attempts");
        }

        var (tags, pushes) = (git.TagsOf(Repository), git.PushCount(Repository));
        Require(tags.Count == 2 && pushes == 2, $"2 tags in 2 pushes were expected on the git server, there are {tags.Count} in {pushes}");
        Require(tags["v1.1.0"] == second.Output("CODE_CHECK", "commitId"), "the tag v1.1.0 is on another commit");
        steps.Say("git server", "2 tags, 2 pushes");

        var images = ImageCount();
        Require(images == 2, $"2 images were expected in the store, there are {images}");
        steps.Say("image store", $"{images} images");

        var started = Directory.EnumerateFiles(stack.DeploymentsPath, "process-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }).Count();
        Require(started == 2, $"2 agent starts were expected, there were {started}");
        var agents = AgentProcesses.Find(stack.DeploymentsPath).Count;
        Require(agents == 1, $"1 running agent was expected (the second replaced the first), there are {agents}");
        steps.Say("processes", $"{started} agents started, {agents} runs, the earlier one was stopped");
        return 0;
    }

    private int ImageCount()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(stack.ImagesPath, "index.json")));
        return index.RootElement.GetProperty("manifests").GetArrayLength();
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new DevException(otherwise);
        }
    }
}
