using System.Text.Json;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>How one attempt of a stage ended: with an output or with a failure.</summary>
public sealed record StageOutcome(StageKind Stage, int Attempt, JsonElement? Output, StageFailure? Failure)
{
    /// <summary>How the deployment settled; DEPLOY only.</summary>
    public DeployStatus? DeployStatus { get; init; }

    /// <summary>The attempt did its work; the output becomes the stage's checkpoint.</summary>
    public static StageOutcome Success<T>(StageKind stage, int attempt, T output) =>
        new(stage, attempt, JsonSerializer.SerializeToElement(output, ProCodeJson.Stored), null);

    /// <summary>The attempt failed in a way that is documented. What is unavailable now may be there later; the rest won't mend itself.</summary>
    public static StageOutcome Failed(StageKind stage, int attempt, Error error) =>
        new(stage, attempt, null, new StageFailure(error.Code.Number, error.Code.Name, error.Message, error.Kind is ErrorKind.Unavailable or ErrorKind.Internal)
        {
            Details = error.Details.Count == 0 ? null : error.Details,
        });
}
