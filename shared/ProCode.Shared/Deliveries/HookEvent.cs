namespace ProCode.Deliveries;

/// <summary>What a delivery reports, whatever its host calls it.</summary>
public enum HookEventKind
{
    /// <summary>A branch was made, moved or removed.</summary>
    PUSH,

    /// <summary>A tag was made, moved or removed.</summary>
    TAG_PUSH,

    /// <summary>The host tries out whether the webhook arrives.</summary>
    PING,

    /// <summary>Something that means nothing here.</summary>
    OTHER,
}

/// <summary>
/// A delivery's payload without its host's dialect. <paramref name="Ref"/> is the full name (<c>refs/heads/main</c>); <paramref name="Before"/> and
/// <paramref name="After"/> are commit ids, null where there was or is nothing; <paramref name="Forced"/> is null when the host doesn't say.
/// All of it is a hint: what the repository looks like is asked of the host.
/// </summary>
public sealed record HookEvent(HookEventKind Kind, string? Ref = null, string? Before = null, string? After = null, bool? Forced = null)
{
    /// <summary>Why nothing follows from it, or null when something may.</summary>
    public string? IgnoredBecause { get; init; }
}
