namespace ProCode.Repos;

/// <summary>Settings of section <c>Git</c>.</summary>
public sealed record GitOptions
{
    /// <summary>How long a request waits for a git host to say whether a repository answers.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a release waits for it; shorter, because a release answers within 200 ms and its first stage asks again.</summary>
    public TimeSpan ReleaseProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(100);
}
