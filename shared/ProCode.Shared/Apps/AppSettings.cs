using ProCode.Json;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Apps;

/// <summary>What a team decides about its app (<c>PUT /apps/{id}/settings</c>); an app without settings has these defaults. docs/app-settings.md
/// tells what each does and from when.</summary>
public sealed record AppSettings
{
    /// <summary>How the tags of releases look.</summary>
    public string TagPattern { get; init; } = Apps.TagPattern.Default;

    /// <summary>How the branches look that the TESTING phase makes.</summary>
    public string TestBranchPattern { get; init; } = Apps.TestBranchPattern.Default;

    /// <summary>Whether a tag that is pushed to the repository starts a release of it.</summary>
    public bool ReleaseOnTag { get; init; }

    /// <summary>Whether an iteration may be released from TESTING without STAGING.</summary>
    public bool AllowSkippingPhases { get; init; }

    /// <summary>Whether a Dockerfile in the repository is used instead of the one that BUILD writes.</summary>
    public bool AllowOwnDockerfile { get; init; }

    /// <summary>What differs from the platform's stage configs in new pipelines, by stage.</summary>
    public IReadOnlyDictionary<string, StageConfigChange> StageConfigs { get; init; } = new SortedDictionary<string, StageConfigChange>(StringComparer.Ordinal);

    /// <summary>What is kept, and how long.</summary>
    public AppRetention Retention { get; init; } = new();

    /// <summary>The stage configs of a new pipeline: the platform's, with what the app changes.</summary>
    public IReadOnlyDictionary<StageKind, StageConfig> StageConfigsOver(IReadOnlyDictionary<StageKind, StageConfig> defaults)
    {
        var merged = new SortedDictionary<StageKind, StageConfig>(defaults.ToDictionary());
        foreach (var (name, change) in StageConfigs)
        {
            // A stage that another version of the platform knows is none here.
            if (EnumNames.TryParse<StageKind>(name, out var stage)) merged[stage] = change.Over(merged[stage]);
        }

        return merged;
    }

    /// <summary>Blames every field that is out of its limits.</summary>
    public void Validate(Check check)
    {
        foreach (var problem in Apps.TagPattern.Problems(TagPattern)) check.That(false, "tagPattern", problem);
        foreach (var problem in Apps.TestBranchPattern.Problems(TestBranchPattern)) check.That(false, "testBranchPattern", problem);
        foreach (var (name, change) in StageConfigs)
        {
            if (EnumNames.TryParse<StageKind>(name, out var stage)) change.Validate(stage, $"stageConfigs.{name}", check);
            else check.That(false, $"stageConfigs.{name}", $"must be one of {string.Join(", ", EnumNames.All(typeof(StageKind)))}");
        }

        Retention.Validate("retention", check);
    }
}

/// <summary>How much of an app's past is kept: the images of its newest releases, and logs for so many days.</summary>
public sealed record AppRetention(int Images = AppRetention.DefaultImages, int LogDays = AppRetention.DefaultLogDays)
{
    public const int DefaultImages = 10;
    public const int DefaultLogDays = 90;

    /// <summary>The most images and days.</summary>
    public static (int Images, int LogDays) Max => (100, 3650);

    internal void Validate(string field, Check check) => check
        .That(Images >= 1 && Images <= Max.Images, $"{field}.images", $"must be a whole number from 1 to {Max.Images}")
        .That(LogDays >= 1 && LogDays <= Max.LogDays, $"{field}.logDays", $"must be a whole number from 1 to {Max.LogDays}");
}
