using ProCode.Results;

namespace ProCode.Iterations;

/// <summary>What can go wrong with an iteration.</summary>
public static class IterationErrors
{
    public static readonly ErrorCode CannotAdvance = new(2001, "PHASE_CANNOT_ADVANCE", ErrorKind.Conflict);
    public static readonly ErrorCode PhaseInvalid = new(2002, "PHASE_INVALID", ErrorKind.Invalid);
    public static readonly ErrorCode PreconditionFailed = new(2003, "PRECONDITION_FAILED", ErrorKind.Conflict);

    /// <summary>A phase of another name was asked for.</summary>
    public static Error NoSuchPhase(string field) => PhaseInvalid.With("There is no such phase.", field, $"must be one of {string.Join(", ", Enum.GetNames<PhaseType>())}");

    /// <summary>No iteration has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With($"There is no iteration {id}.");
}
