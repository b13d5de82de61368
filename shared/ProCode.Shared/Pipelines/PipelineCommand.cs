namespace ProCode.Pipelines;

/// <summary>What a person can do with a pipeline.</summary>
public enum CommandKind
{
    RETRY,
    RESUME,
    RESTART,
    PROCEED,
    CANCEL,

    /// <summary>Change how stages are driven.</summary>
    CONFIGURE,
}

/// <summary>The last thing that a person did with a pipeline. <paramref name="Id"/> is the same when a request is repeated under its
/// Idempotency-Key, so that what was done already is recognised.</summary>
public sealed record PipelineCommand(long Id, CommandKind Kind, string By, DateTimeOffset At);
