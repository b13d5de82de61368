namespace ProCode.Repos.Sources;

/// <summary>How large the source of one commit may be. Tests choose smaller ones.</summary>
internal sealed record SourceLimits
{
    /// <summary>The files, uncompressed, in bytes.</summary>
    public long Bytes { get; init; } = 200L * 1024 * 1024;

    /// <summary>Files, links and folders.</summary>
    public int Entries { get; init; } = 20_000;
}
