namespace ProCode.Deployments.ProcessTarget;

/// <summary>Settings of the process target, from the section <c>Deployments</c>.</summary>
public sealed record ProcessTargetOptions
{
    /// <summary>The folder that holds a folder per deployment. For an agent to run as a user of its own, the folders above it
    /// must be passable (mode o+x) for others.</summary>
    public required string ProcessPath { get; init; }

    /// <summary>How long a started agent may take to answer its health path.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
