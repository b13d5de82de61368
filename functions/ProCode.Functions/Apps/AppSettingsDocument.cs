using ProCode.Apps;
using ProCode.Functions.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Functions.Apps;

/// <summary>An app's settings as clients see and send them: a PUT replaces what a GET shows, and what it leaves out gets its default.</summary>
internal sealed record AppSettingsDocument(
    string? TagPattern, string? TestBranchPattern, bool? ReleaseOnTag, bool? AllowSkippingPhases, bool? AllowOwnDockerfile,
    IReadOnlyDictionary<string, StageConfigDocument?>? StageConfigs, RetentionDocument? Retention)
{
    public static AppSettingsDocument From(AppSettings settings) => new(
        settings.TagPattern, settings.TestBranchPattern, settings.ReleaseOnTag, settings.AllowSkippingPhases, settings.AllowOwnDockerfile,
        new SortedDictionary<string, StageConfigDocument?>(
            settings.StageConfigs.ToDictionary(change => change.Key, change => (StageConfigDocument?)StageConfigDocument.From(change.Value)), StringComparer.Ordinal),
        new RetentionDocument(settings.Retention.Images, settings.Retention.LogDays));

    public AppSettings ToSettings()
    {
        var defaults = new AppSettings();
        return new AppSettings
        {
            TagPattern = TagPattern ?? defaults.TagPattern,
            TestBranchPattern = TestBranchPattern ?? defaults.TestBranchPattern,
            ReleaseOnTag = ReleaseOnTag ?? defaults.ReleaseOnTag,
            AllowSkippingPhases = AllowSkippingPhases ?? defaults.AllowSkippingPhases,
            AllowOwnDockerfile = AllowOwnDockerfile ?? defaults.AllowOwnDockerfile,
            StageConfigs = (StageConfigs ?? new Dictionary<string, StageConfigDocument?>()).ToDictionary(
                change => change.Key, change => change.Value?.ToChange() ?? new StageConfigChange()),
            Retention = new AppRetention(Retention?.Images ?? defaults.Retention.Images, Retention?.LogDays ?? defaults.Retention.LogDays),
        };
    }
}

/// <summary>How many releases' images, and logs of how many days.</summary>
internal sealed record RetentionDocument(int? Images, int? LogDays);
