namespace ProCode.Storage;

/// <summary>The blob containers.</summary>
public static class BlobContainers
{
    /// <summary>What pipelines leave behind: Dockerfiles, logs.</summary>
    public const string Pipelines = "pipelines";

    /// <summary>What git hosts said last.</summary>
    public const string Readings = "readings";

    /// <summary>Those that are made when the app starts; one that is missing here is made at its first use.</summary>
    public static IReadOnlyList<string> All { get; } = [Pipelines, Readings];
}
