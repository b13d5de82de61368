using ProCode.Apps;
using ProCode.Results;

namespace ProCode.Orchestrations.Apps;

/// <summary>One attempt at a step of a set-up, or at taking it back.</summary>
public sealed record SetupAttempt(long AppId, int Run, SetupStepKind Step, bool Undo)
{
    /// <summary>How it ended.</summary>
    public SetupOutcome Outcome(SetupResult result, string? message = null) => new(Run, Step, Undo, result, message);

    /// <summary>How it ended when it met an error: a host that is away is waited for.</summary>
    public SetupOutcome Outcome(Error error) =>
        Outcome(error.Kind == ErrorKind.Unavailable ? SetupResult.UNAVAILABLE : SetupResult.FAILED, $"{error.Code.Name}: {error.Message}");
}

/// <summary>Asks for the next step of a set-up, after an attempt when there was one.</summary>
public sealed record AdvanceSetup(long AppId, SetupOutcome? Outcome);
