namespace ProCode.Deployments;

/// <summary>An app's environment and the lock on it: at most one pipeline deploys there at a time. <paramref name="Fence"/> grows whenever
/// the lock is taken, so that a target can tell a late order from a current one.</summary>
public sealed record AppEnvironment(string Name, long Fence, long? HeldByPipelineId, int? HeldByRun)
{
    /// <summary>Where a RELEASE phase deploys to.</summary>
    public const string Production = "production";

    /// <summary>True when the run holds the lock.</summary>
    public bool IsHeldBy(long pipelineId, int run) => HeldByPipelineId == pipelineId && HeldByRun == run;

    /// <summary>The lock taken by a run.</summary>
    public AppEnvironment TakenBy(long pipelineId, int run) => this with { Fence = Fence + 1, HeldByPipelineId = pipelineId, HeldByRun = run };

    /// <summary>The lock free again.</summary>
    public AppEnvironment Released() => this with { HeldByPipelineId = null, HeldByRun = null };
}
