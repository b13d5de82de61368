using ProCode.Apps;

namespace ProCode.Functions.Apps;

/// <summary>How setting an app up at its git host stands, as clients see it: the steps in order, what came of each, and when a host that is away is asked again.</summary>
internal sealed record SetupResponse(
    SetupStatus Status, int Run, IReadOnlyList<SetupStepResponse> Steps, DateTimeOffset? WaitingSince, DateTimeOffset? RetryAt, DateTimeOffset UpdatedAt)
{
    public static SetupResponse? From(AppSetup? setup) => setup is null ? null : new SetupResponse(
        setup.Status, setup.Run, [.. setup.Steps.Select(step => new SetupStepResponse(step.Kind, step.Status, step.Message))],
        setup.WaitingSince, setup.RetryAt, setup.UpdatedAt);
}

/// <summary>One step and, for people, what came of it.</summary>
internal sealed record SetupStepResponse(SetupStepKind Step, SetupStepStatus Status, string? Message);
