using System.Text.Json;

namespace ProCode.Apps;

/// <summary>What a low-code app consists of: three members of any JSON, each null until it is given.</summary>
public sealed record LowCodeDocument(JsonElement? Flow, JsonElement? Nodes, JsonElement? KnowledgeBase)
{
    /// <summary>The most bytes that a document may have, written compactly in UTF-8.</summary>
    public const int MaxLength = 512 * 1024;
}

/// <summary>A version of a low-code app's document. Versions count from 1; 0 is the empty one that every app begins with.</summary>
public sealed record LowCodeConfig(int Version, LowCodeDocument Document, DateTimeOffset? SavedAt)
{
    /// <summary>How many versions are kept, the current one included.</summary>
    public const int KeptVersions = 50;

    /// <summary>What an app has before anything was saved.</summary>
    public static LowCodeConfig Empty { get; } = new(0, new LowCodeDocument(null, null, null), SavedAt: null);
}
