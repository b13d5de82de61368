namespace ProCode.Repos.PlainGit;

/// <summary>How much <see cref="PlainGitHost"/> takes on. Tests choose smaller ones.</summary>
internal sealed record PlainGitLimits
{
    /// <summary>Calls that talk to servers at the same time: each holds a thread.</summary>
    public int ConcurrentCalls { get; init; } = 32;

    /// <summary>Those of them that talk to the same server.</summary>
    public int ConcurrentCallsPerServer { get; init; } = 8;

    /// <summary>What a fetch may bring, in bytes: the compressed history of a branch.</summary>
    public long ReceivedBytes { get; init; } = 1024L * 1024 * 1024;
}
