namespace ProCode.Orchestrations.Durable;

/// <summary>
/// The versions of what orchestrators do. An instance keeps the version that it began with, and one from before there were versions has
/// none, which is the oldest. A change that instances under way can't follow gets a version of its own here, and its orchestrator asks
/// <c>context.CompareVersionTo</c> which way to go.
/// </summary>
public static class OrchestrationVersions
{
    /// <summary>What begins now. host.json says the same: its host runs nothing newer than that.</summary>
    public const string Current = "1.0";
}
