namespace ProCode.Repos;

/// <summary>How much <see cref="PlainGitHost"/> takes on. Tests choose smaller ones.</summary>
internal sealed record PlainGitLimits
{
    /// <summary>A whole call, retries included.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before a retry; the next ones grow from it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Calls that talk to servers at the same time: each holds a thread.</summary>
    public int ConcurrentCalls { get; init; } = 16;

    /// <summary>The files of one commit, uncompressed, in bytes.</summary>
    public long SourceBytes { get; init; } = 200L * 1024 * 1024;

    /// <summary>Files, links and folders of one commit.</summary>
    public int SourceEntries { get; init; } = 20_000;

    /// <summary>What a fetch may bring, in bytes: the compressed history of a branch.</summary>
    public long ReceivedBytes { get; init; } = 1024L * 1024 * 1024;
}
