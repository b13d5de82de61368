using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Images;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Deployments;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Orchestrations.Tests.Subscriptions;
using ProCode.Pipelines;
using ProCode.Repos;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What is there before a path begins: an app, whom its events are sent to, and two iterations of it.</summary>
internal sealed class Past
{
    public App App { get; set; } = null!;

    public Iteration First { get; set; } = null!;

    public Iteration Second { get; set; } = null!;

    /// <summary>The pipelines that had ended before anybody was told of events.</summary>
    public IReadOnlyList<long> Pipelines { get; set; } = [];

    /// <summary>True when there were none.</summary>
    public bool IsEmpty => Pipelines.Count == 0;

    public bool IsBefore(Pipeline pipeline) => IsBefore(pipeline.Id);

    public bool IsBefore(long pipelineId) => Pipelines.Contains(pipelineId);
}

/// <summary>The paths of pipelines, as clients go them.</summary>
internal static class Paths
{
    // It says from the beginning where the agent will be: a run that has ended by a callback asks for that once.
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", "http://agent.test");
    private static readonly DeploymentState Canceled = new(OpsStatus.CANCELED, "canceled", null);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Func<MortalPlatform, Past, Task>> All { get; } = new SortedDictionary<string, Func<MortalPlatform, Past, Task>>(StringComparer.Ordinal)
    {
        ["release"] = ReleaseAsync,
        ["failure and retry"] = RetryAsync,
        ["gates"] = GatesAsync,
        ["callback first"] = CallbackFirstAsync,
        ["poll first"] = PollFirstAsync,
        ["timeout"] = TimeoutAsync,
        ["cancel in CODE_CHECK"] = (platform, past) => CancelInAsync(platform, past, nameof(IGitHost.EnsureTagAsync)),
        ["cancel in BUILD"] = (platform, past) => CancelInAsync(platform, past, nameof(IGitHost.ArchiveAsync)),
        ["cancel in PACKAGE"] = (platform, past) => CancelInAsync(platform, past, nameof(IImageBuilder.BuildAsync)),
        ["cancel in DEPLOY"] = CancelInDeployAsync,
        ["cancel at a gate"] = CancelAtGateAsync,
        ["lock handover"] = HandoverAsync,
        ["iteration"] = IterationAsync,
        ["resume after a lost run"] = ResumeAsync,
        ["rollback"] = RollbackAsync,
    };

    /// <summary>What is there before the path of this name.</summary>
    public static async Task<Past> BeforeAsync(string name, TestPlatform world)
    {
        var past = new Past();
        if (name == "rollback")
        {
            past.App = (await world.GivenTwoWrittenReleasesAsync()).App;
            past.Pipelines = [.. (await Ledger.ReadAsync(world, past.App)).Pipelines.Select(pipeline => pipeline.Id)];
        }
        else
        {
            past.App = await world.GivenAppAsync();
            past.First = await world.GivenIterationAsync(past.App);
            past.Second = await world.GivenIterationAsync(past.App);
        }

        await world.GivenSubscriptionAsync(past.App);
        world.Target.First = Starting;
        return past;
    }

    private static async Task ReleaseAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.First = ScriptedTarget.Up;
        await platform.EndsAsync(await platform.EnterAsync(Release(past.First)), PipelineStatus.SUCCESS);
    }

    private static async Task RetryAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.First = ScriptedTarget.Up;
        for (var trouble = 0; trouble < 20; trouble++) platform.World.Images.Troubles.Enqueue(() => ImageErrors.BaseImageMissing.With("It is missing."));
        var run = await platform.EnterAsync(Release(past.First));
        await platform.EndsAsync(run, PipelineStatus.FAILED);
        platform.World.Images.Troubles.Clear();
        await platform.EndsAsync(await platform.RunAgainAsync(run, RunCause.RETRY), PipelineStatus.SUCCESS);
    }

    private static async Task GatesAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.First = ScriptedTarget.Up;
        var run = await platform.EnterAsync(Gated(past.First));
        await platform.WaitsAsync(run, WaitKind.GATE);
        await platform.ProceedAsync(run);
        await platform.EndsAsync(run, PipelineStatus.SUCCESS);
    }

    private static async Task CallbackFirstAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var run = await platform.EnterAsync(Release(past.First));
        await platform.WaitsAsync(run, WaitKind.DEPLOYMENT);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        platform.World.Target.Then = ScriptedTarget.Up;
        await platform.EndsAsync(run, PipelineStatus.SUCCESS);
    }

    private static async Task PollFirstAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var run = await platform.EnterAsync(Release(past.First));
        await platform.WaitsAsync(run, WaitKind.DEPLOYMENT);
        platform.World.Target.Then = ScriptedTarget.Up;
        await platform.UntilAsync(async () => (await platform.World.DeploymentAsync(run)).IsSettled);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        await platform.EndsAsync(run, PipelineStatus.SUCCESS);
    }

    private static async Task TimeoutAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var order = Release(past.First, StageKind.DEPLOY, new StageConfigChange(PollTimeout: 60));
        await platform.EndsAsync(await platform.EnterAsync(order), PipelineStatus.FAILED);
    }

    private static async Task CancelInAsync(MortalPlatform platform, Past past, string call)
    {
        platform.Fate.HoldUp(call);
        var run = await platform.EnterAsync(Release(past.First));
        await platform.UntilAsync(() => Task.FromResult(platform.Fate.IsReached(call)));
        await platform.CancelAsync(run);
        await platform.EndsAsync(run, PipelineStatus.CANCELED);
    }

    private static async Task CancelInDeployAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var run = await platform.EnterAsync(Release(past.First));
        await platform.WaitsAsync(run, WaitKind.DEPLOYMENT);
        await platform.CancelAsync(run);
        platform.World.Target.Then = Canceled;
        await platform.EndsAsync(run, PipelineStatus.CANCELED);
    }

    private static async Task CancelAtGateAsync(MortalPlatform platform, Past past)
    {
        var run = await platform.EnterAsync(Gated(past.First));
        await platform.WaitsAsync(run, WaitKind.GATE);
        await platform.CancelAsync(run);
        await platform.EndsAsync(run, PipelineStatus.CANCELED);
    }

    private static async Task HandoverAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var first = await platform.EnterAsync(Release(past.First));
        await platform.WaitsAsync(first, WaitKind.DEPLOYMENT);
        var second = await platform.EnterAsync(Release(past.Second) with { Tag = "v2.0.0" });
        await platform.WaitsAsync(second, WaitKind.LOCK);
        await platform.CallBackAsync(first, OpsStatus.SUCCESS);
        await platform.EndsAsync(first, PipelineStatus.SUCCESS);
        await platform.WaitsAsync(second, WaitKind.DEPLOYMENT);
        await platform.CallBackAsync(second, OpsStatus.SUCCESS);
        platform.World.Target.Then = ScriptedTarget.Up;
        await platform.EndsAsync(second, PipelineStatus.SUCCESS);
    }

    private static async Task IterationAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.First = ScriptedTarget.Up;
        foreach (var phase in Enum.GetValues<PhaseType>()) await platform.EndsAsync(await platform.EnterAsync(past.First.To(phase)), PipelineStatus.SUCCESS);
    }

    // The engine forgets the run while its deployment is waited for.
    private static async Task ResumeAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.Then = Starting;
        var run = await platform.EnterAsync(Release(past.First, StageKind.DEPLOY, new StageConfigChange(PollTimeout: 120)));
        await platform.WaitsAsync(run, WaitKind.DEPLOYMENT);
        await platform.Durable.TerminateInstanceAsync(InstanceIds.ForRun(run));
        await platform.WaitsAsync(run, WaitKind.RESUME);
        platform.World.Target.First = ScriptedTarget.Up;
        platform.World.Target.Say(run.DeployId(), Canceled);
        await platform.EndsAsync(await platform.RunAgainAsync(run, RunCause.RESUME), PipelineStatus.SUCCESS);
    }

    private static async Task RollbackAsync(MortalPlatform platform, Past past)
    {
        platform.World.Target.First = ScriptedTarget.Up;
        await platform.EndsAsync(await platform.RollBackAsync(past.App.Id), PipelineStatus.SUCCESS);
    }

    private static PhaseOrder Release(Iteration iteration, StageKind? stage = null, StageConfigChange? change = null) => iteration.To(PhaseType.RELEASE) with
    {
        StageConfigs = stage is { } changed ? new Dictionary<StageKind, StageConfigChange> { [changed] = change! } : [],
    };

    private static PhaseOrder Gated(Iteration iteration) => Release(iteration, StageKind.PACKAGE, new StageConfigChange(DriveMode: DriveMode.MANUAL));

    private static Task WaitsAsync(this MortalPlatform platform, RunRequest run, WaitKind kind) =>
        platform.UntilAsync(async () => (await platform.World.PipelineAsync(run)).WaitingFor?.Kind == kind);

    private static async Task EndsAsync(this MortalPlatform platform, RunRequest run, PipelineStatus status)
    {
        await platform.UntilAsync(async () => (await platform.World.PipelineAsync(run)) is var found && found.Run == run.Run && found.Status.IsFinal());
        Assert.Equal(status, (await platform.World.PipelineAsync(run)).Status);
    }
}
