using ProCode.Json;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

/// <summary>What a stage does differently; times are seconds, and what is left out stays as it is.</summary>
internal sealed record StageConfigDocument(
    DriveMode? DriveMode, RetryMode? RetryMode, int? MaxRetries, int? PollInterval, int? PollTimeout, int? MaxManualRetries)
{
    public static StageConfigDocument From(StageConfigChange change) =>
        new(change.DriveMode, change.RetryMode, change.MaxRetries, change.PollInterval, change.PollTimeout, change.MaxManualRetries);

    public StageConfigChange ToChange() => new(DriveMode, RetryMode, MaxRetries, PollInterval, PollTimeout, MaxManualRetries);

    /// <summary>The changes of a request's <c>stageConfigs</c>, by stage; what is wrong with them is blamed.</summary>
    public static IReadOnlyDictionary<StageKind, StageConfigChange> Read(IReadOnlyDictionary<string, StageConfigDocument?>? documents, Check check)
    {
        var changes = new Dictionary<StageKind, StageConfigChange>();
        foreach (var (name, document) in documents ?? new Dictionary<string, StageConfigDocument?>())
        {
            var field = $"stageConfigs.{name}";
            if (!EnumNames.TryParse<StageKind>(name, out var stage))
            {
                check.That(false, field, $"must be one of {string.Join(", ", EnumNames.All(typeof(StageKind)))}");
                continue;
            }

            changes[stage] = document?.ToChange() ?? new StageConfigChange();
            changes[stage].Validate(stage, field, check);
        }

        return changes;
    }
}
