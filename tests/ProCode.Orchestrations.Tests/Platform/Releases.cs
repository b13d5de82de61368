using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>What tests do with apps and their releases.</summary>
internal static class Releases
{
    /// <summary>An app with a repository and a name of its own.</summary>
    public static async Task<App> GivenAppAsync(this TestPlatform platform)
    {
        var id = await platform.Get<IdGenerator>().NextAsync("apps", default);
        var now = platform.Time.GetUtcNow();
        var app = new App(id, ProjectIds.Default, $"agent-{id}", DevMode.ProCode, TechStack.Python, null, now, now);
        return (await platform.Get<AppStore>().CreateAsync(app, new Repo(id, id, "https://git.test/agent", GitType.Git, null, now), null, default)).Value;
    }

    /// <summary>A DRAFT iteration of the app, or of an app of its own.</summary>
    public static async Task<Iteration> GivenIterationAsync(this TestPlatform platform, App? app = null)
    {
        app ??= await platform.GivenAppAsync();
        var id = await platform.Get<IdGenerator>().NextAsync("iterations", default);
        var now = platform.Time.GetUtcNow();
        var iteration = new Iteration(id, app.Id, app.ProjectId, "spring", IterationStatus.DRAFT, "main", null, null, [], now, now);
        return (await platform.Get<IterationStore>().CreateAsync(iteration, default)).Value;
    }

    /// <summary>Asks for a release, as one request does.</summary>
    public static Task<Result<PhaseEntry>> TryReleaseAsync(
        this TestPlatform platform, Iteration iteration, string tag = "v1.0.0", bool existing = false, IServiceProvider? process = null) =>
        platform.TryEnterAsync(new PhaseOrder(iteration.Id, PhaseType.RELEASE, "tester", tag, existing), process);

    /// <summary>Asks for a phase, as one request does.</summary>
    public static async Task<Result<PhaseEntry>> TryEnterAsync(this TestPlatform platform, PhaseOrder order, IServiceProvider? process = null)
    {
        await using var request = (process ?? platform.Services).CreateAsyncScope();
        return await request.ServiceProvider.GetRequiredService<EnterPhase>().RunAsync(order, default);
    }

    /// <summary>The run that carries an entered phase out.</summary>
    public static RunRequest RunOf(this PhaseEntry entry) => new(entry.AppId, entry.PipelineId, entry.Run);

    /// <summary>A release that is accepted and not started yet.</summary>
    public static async Task<RunRequest> GivenReleaseAsync(this TestPlatform platform, App? app = null, string tag = "v1.0.0")
    {
        var release = (await platform.TryReleaseAsync(await platform.GivenIterationAsync(app), tag)).Value;
        return new RunRequest(release.AppId, release.PipelineId, release.Run);
    }

    /// <summary>A release whose next stage is DEPLOY.</summary>
    public static async Task<RunRequest> GivenPackagedReleaseAsync(
        this TestPlatform platform, App? app = null, TimeSpan? pollInterval = null, TimeSpan? pollTimeout = null, char digest = 'c')
    {
        var run = await platform.GivenReleaseAsync(app);
        var config = new PackageConfig(8080, "/health", ["python", "main.py"]);
        var image = new PackageOutput("layout/agent:v1.0.0", $"sha256:{new string(digest, 64)}", 1000, config);
        await platform.Get<PipelineChanges>().ApplyAsync(run.AppId, run.PipelineId, pipeline => pipeline with
        {
            Stages = [.. pipeline.Stages.Select(stage => stage.Stage == StageKind.DEPLOY ? stage : stage with
            {
                Status = StageStatus.SUCCESS, Attempt = 1, Output = StageOutcome.Success(stage.Stage, 1, image).Output,
            })],
            StageConfigs = new SortedDictionary<StageKind, StageConfig>(pipeline.StageConfigs.ToDictionary())
            {
                [StageKind.DEPLOY] = pipeline.StageConfigs[StageKind.DEPLOY] with
                {
                    PollInterval = (int)(pollInterval ?? TimeSpan.FromSeconds(30)).TotalSeconds,
                    PollTimeout = (int)(pollTimeout ?? TimeSpan.FromMinutes(30)).TotalSeconds,
                },
            },
        }, default);
        return run;
    }

    /// <summary>The first attempt of a stage is under way, whatever came before it.</summary>
    public static Task BeginAttemptAsync(this TestPlatform platform, RunRequest run, StageKind kind) => platform.Get<PipelineChanges>().ApplyAsync(
        run.AppId, run.PipelineId,
        pipeline => pipeline with { Stages = [.. pipeline.Stages.Select(stage => stage.Stage == kind ? stage with { Status = StageStatus.RUNNING, Attempt = 1 } : stage)] }, default);

    /// <summary>Starts the run's orchestration.</summary>
    public static async Task BeginAsync(this TestPlatform platform, RunRequest run) =>
        Assert.True(await platform.Get<RunStarter>().TryStartAsync(platform.Durable, run, default));

    /// <summary>Waits for the end of the run's orchestration and gives its pipeline.</summary>
    public static async Task<Pipeline> EndAsync(this TestPlatform platform, RunRequest run)
    {
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        var ended = await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForRun(run), getInputsAndOutputs: true, deadline.Token);
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString());
        return await platform.PipelineAsync(run);
    }

    /// <summary>Starts the run's orchestration, waits for its end and gives its pipeline.</summary>
    public static async Task<Pipeline> CarryOutAsync(this TestPlatform platform, RunRequest run)
    {
        await platform.BeginAsync(run);
        return await platform.EndAsync(run);
    }

    /// <summary>A person cancels the pipeline; without its calls, as if the process died before it made them.</summary>
    public static async Task CancelAsync(this TestPlatform platform, RunRequest run, bool calls = true)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var canceled = (await request.ServiceProvider.GetRequiredService<CancelPipeline>().RunAsync(run.PipelineId, "tester", default)).Value;
        if (calls) await platform.Get<RunCalls>().PayAsync(platform.Durable, run.AppId, canceled.Debts, default);
    }

    /// <summary>Waits until the run sleeps in the queue for its environment.</summary>
    public static Task WaitsInLineAsync(this TestPlatform platform, RunRequest run) => WaitFor.Async(async () =>
        (await platform.PipelineAsync(run)).WaitingFor is { Kind: WaitKind.LOCK }
        && await platform.Durable.GetInstancesAsync(InstanceIds.ForOrder(run.DeployId())) is { IsRunning: true }
        && platform.Time.IsAwaited(TimeSpan.FromMinutes(10)));

    /// <summary>Waits until the run has ordered its deployment and sleeps until that is settled.</summary>
    public static Task WaitsForDeploymentAsync(this TestPlatform platform, RunRequest run) => WaitFor.Async(async () =>
        (await platform.PipelineAsync(run)).WaitingFor is { Kind: WaitKind.DEPLOYMENT, Until: { } until }
        && await platform.Durable.GetInstancesAsync(InstanceIds.ForDeployment(run.DeployId())) is { IsRunning: true }
        && platform.Time.IsAwaited(until - platform.Time.GetUtcNow()));

    /// <summary>One pass of the timer that polls what is due.</summary>
    public static Task PollAsync(this TestPlatform platform) => platform.Get<DeploymentPolling>().RunAsync(platform.Durable, default);

    /// <summary>Lets time pass, a step at a time, and what is due be polled, until something is so.</summary>
    public static Task PassTimeAsync(this TestPlatform platform, TimeSpan step, Func<Task<bool>> until) => WaitFor.Async(async () =>
    {
        if (await until()) return true;
        platform.Time.Advance(step);
        await platform.PollAsync();
        return false;
    });

    public static async Task<Pipeline> PipelineAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<PipelineStore>().GetAsync(run.AppId, run.PipelineId, default)).Value;

    public static async Task<Pipeline> ParentAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<PipelineStore>().GetAsync(run.AppId, (await platform.PipelineAsync(run)).ParentId!.Value, default)).Value;

    public static async Task<Iteration> IterationAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<IterationStore>().FindAsync(run.AppId, (await platform.PipelineAsync(run)).IterationId, default))!.Value;

    public static async Task<PipelineRun> RunRowAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<AppPartition>().FindAsync<PipelineRun>(run.AppId, AppRows.Run(run.PipelineId, run.Run), default))!.Value;

    public static async Task<AppEnvironment> EnvironmentAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<AppPartition>().FindAsync<AppEnvironment>(run.AppId, AppRows.Environment(AppEnvironment.Production), default))!.Value;

    public static DeployId DeployId(this RunRequest run, int attempt = 1) => new(run.AppId, run.PipelineId, run.Run, attempt);

    public static StageAttempt Attempt(this RunRequest run, StageKind stage, int attempt = 1) =>
        new(run.AppId, run.PipelineId, run.Run, stage, attempt);

    public static async Task<Deployment> DeploymentAsync(this TestPlatform platform, RunRequest run) =>
        (await platform.Get<DeploymentStore>().GetAsync(run.DeployId(), default)).Value;

    /// <summary>An ops system reports, as the endpoint for callbacks takes it; the call to the run gets lost if the test wants it to.</summary>
    public static async Task<Deployment> CallBackAsync(
        this TestPlatform platform, RunRequest run, OpsStatus status, string message = "called back", bool nudge = true)
    {
        var evidence = new Evidence(EvidenceSource.CALLBACK, status, message, platform.Time.GetUtcNow());
        var found = await platform.Get<DeploymentStore>().GetAsync(run.DeployId(), default);
        var deployment = (await platform.Get<DeploymentCalls>().TakeAsync(run.DeployId(), found, evidence, default))!;
        if (nudge) await DeploymentCalls.CallAsync(platform.Durable, run.DeployId(), default);
        return deployment;
    }

    /// <summary>The deployment's row, the orchestration that waited for it, its pipeline and the environment must tell the same end.</summary>
    public static async Task AssertDeploymentSettledAsync(this TestPlatform platform, RunRequest run, OpsStatus status, EvidenceSource by)
    {
        var deployment = await platform.DeploymentAsync(run);
        Assert.Equal((status, by, status), (deployment.Status, deployment.SettledBy!.Source, deployment.SettledBy.Status));
        var waited = await platform.Durable.GetInstancesAsync(InstanceIds.ForDeployment(run.DeployId()), getInputsAndOutputs: true);
        Assert.Equal(status, waited!.ReadOutputAs<DeploymentProgress>()!.Status);
        var pipeline = await platform.PipelineAsync(run);
        var expected = status == OpsStatus.SUCCESS ? PipelineStatus.SUCCESS : PipelineStatus.FAILED;
        Assert.Equal((expected, status.ForPipeline(), null), (pipeline.Status, pipeline.DeployStatus, pipeline.WaitingFor));
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        await platform.AssertListsAgreeAsync(run);
    }

    /// <summary>The debts of an app, but for calls to ITERATION pipelines, which those drop in their own time, and for
    /// events, which the sweep clears away when nobody wants them.</summary>
    public static async Task<IReadOnlyList<OutboxEntry>> DebtsAsync(this TestPlatform platform, long appId) =>
        [.. (await platform.Get<Outbox>().OwedAsync(appId, default)).Select(debt => debt.Entry).Where(debt => debt.Kind is not (OutboxKind.WAKE_ITERATION or OutboxKind.PUBLISH_EVENT))];

    /// <summary>Waits until the ITERATION pipeline's orchestration is over, with nothing owed to it.</summary>
    public static async Task AssertIterationEndedAsync(this TestPlatform platform, long appId, long parentId)
    {
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        var ended = await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForIteration(new IterationRequest(appId, parentId)), deadline.Token);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.False(await platform.Get<Outbox>().OwesAsync(appId, new OutboxEntry(OutboxKind.WAKE_ITERATION, parentId), default));
    }

    /// <summary>The pipelines' lines in the list must say what the rows say, and nothing may be owed.</summary>
    public static async Task AssertListsAgreeAsync(this TestPlatform platform, RunRequest run)
    {
        Assert.Empty(await platform.DebtsAsync(run.AppId));
        await platform.AssertListedAsync(await platform.PipelineAsync(run));
        await platform.AssertListedAsync(await platform.ParentAsync(run));
    }

    /// <summary>The pipeline's line in the list must say what its row says.</summary>
    public static async Task AssertListedAsync(this TestPlatform platform, Pipeline pipeline) =>
        Assert.Equal(TestPlatform.Text(pipeline), await platform.LineAsync(pipeline));

    /// <summary>What the pipeline's line in the list says.</summary>
    public static async Task<string> LineAsync(this TestPlatform platform, Pipeline pipeline)
    {
        var listings = await platform.Get<Tables>().GetAsync(TableNames.Listings, default);
        var line = (await listings.FindAsync($"project-{pipeline.ProjectId}-pipelines", InvertedId.Of(pipeline.Id), default))!;
        var listed = AppPartition.Read<Pipeline>(line).Value;
        return line.GetString("Status") == listed.Status.ToString() ? TestPlatform.Text(listed) : $"{TestPlatform.Text(listed)} with status {line.GetString("Status")}";
    }

    /// <summary>All rows of a table, with their versions.</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(this TestPlatform platform, string table)
    {
        var rows = new List<string>();
        await foreach (var row in (await platform.Get<Tables>().GetAsync(table, default)).QueryAsync<Azure.Data.Tables.TableEntity>())
            rows.Add($"{row.PartitionKey}/{row.RowKey} {row.ETag}");
        return rows;
    }
}
