namespace ProCode.Apps;

/// <summary>An agent app: what a team registers, plans iterations of and releases.</summary>
public sealed record App(
    long Id, long ProjectId, string Name, DevMode DevMode, TechStack? TechStack, string? ScaffoldTemplate, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Names have at most this many characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Names of scaffolds have at most this many characters.</summary>
    public const int MaxScaffoldLength = 100;

    /// <summary>Since when the app is archived: out of lists, its name free, and closed for everything but reading. For good.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
