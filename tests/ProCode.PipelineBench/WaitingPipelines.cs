using System.Globalization;
using Microsoft.Azure.Functions.Worker.Local;
using ProCode.Apps;
using ProCode.Builds;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.PipelineBench;

/// <summary>
/// Brings pipelines to where they wait for their deployment, in as few round trips as that takes: app, iteration and pipeline are written in one
/// transaction, packaged already, and the run is started. From there on everything is the product's own doing.
/// </summary>
internal sealed class WaitingPipelines(AppPartition rows, IdGenerator ids, ActiveRuns active, RunStarter starter, DurableRuntime durable, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>Begins so many; they wait as soon as the target has taken their orders.</summary>
    public Task BeginAsync(int count, CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (_, token) => await BeginAsync(token));

    private async Task BeginAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var appId = await ids.NextAsync("apps", cancellation);
        var app = new App(appId, ProjectIds.Default, string.Create(CultureInfo.InvariantCulture, $"waiting-{appId}"), DevMode.ProCode, TechStack.Python, null, now, now);
        var repo = new Repo(await ids.NextAsync("repos", cancellation), appId, "http://git.invalid/agent", GitType.Git, null, now);
        var (iterationId, phaseId) = (await ids.NextAsync("iterations", cancellation), await ids.NextAsync("phases", cancellation));
        var (parentId, pipelineId) = (await ids.NextAsync("pipelines", cancellation), await ids.NextAsync("pipelines", cancellation));
        var draft = new Iteration(iterationId, appId, app.ProjectId, "waiting", IterationStatus.DRAFT, "main", null, null, [], now, now);
        var phase = new IterationPhase(phaseId, PhaseType.RELEASE, "main", "v1.0.0", false, "production", PhaseStatus.RUNNING, pipelineId, now);
        var parent = Pipeline.ForIteration(parentId, draft, now).Move(PipelineEvent.Start, now);
        var pipeline = Packaged(Pipeline.ForPhase(pipelineId, appId, app.ProjectId, iterationId, parentId, phase, StageConfig.PhaseDefaults, now), now);
        var run = new PipelineRun(pipelineId, pipeline.Run, PipelineStatus.PENDING, StageKind.DEPLOY, "bench", now);

        await active.AddAsync(pipeline, cancellation);
        var written = await rows.CommitAsync(
            appId,
            [
                AppPartition.Insert(appId, AppRows.App, app), AppPartition.Insert(appId, AppRows.Repo, repo),
                AppPartition.Insert(appId, AppRows.Iteration(iterationId), draft.Enter(IterationEvent.EnterRelease, phase, parentId, now)),
                .. PipelineStore.Insert(parent), .. PipelineStore.Insert(pipeline), AppPartition.Insert(appId, AppRows.Run(pipelineId, run.Run), run),
                AppPartition.Owe(appId, new OutboxEntry(OutboxKind.START_RUN, pipelineId, run.Run)),
            ],
            cancellation);
        var started = written is not null && await starter.TryStartAsync(durable.Client, new RunRequest(appId, pipelineId, run.Run), cancellation);
        if (!started) throw new InvalidOperationException($"Pipeline {pipelineId} could not be begun.");
    }

    private static Pipeline Packaged(Pipeline pipeline, DateTimeOffset now)
    {
        var commit = new string('a', 40);
        string[] command = ["python", "main.py"];
        return Done(Done(Done(
            pipeline with { CommitId = commit },
            StageKind.CODE_CHECK, new CodeCheckOutput(commit, pipeline.Tag!)),
            StageKind.BUILD, new BuildOutput("Dockerfile", "source.tar", "python:3.12", new ProjectManifest("waiting", "3.12", command, 8080, "/health"))),
            StageKind.PACKAGE, new PackageOutput("layout/waiting:v1.0.0", $"sha256:{new string('c', 64)}", 1000, new PackageConfig(8080, "/health", command)));

        Pipeline Done<T>(Pipeline before, StageKind stage, T output) => before.With(
            before[stage] with { Status = StageStatus.SUCCESS, Attempt = 1, StartedAt = now, EndedAt = now, Output = StageOutcome.Success(stage, 1, output).Output }, now);
    }
}
