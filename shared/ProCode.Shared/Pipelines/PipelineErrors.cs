using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>What can go wrong with a pipeline.</summary>
public static class PipelineErrors
{
    public static readonly ErrorCode RetryNotAllowed = new(3001, "RETRY_NOT_ALLOWED", ErrorKind.Conflict);
    public static readonly ErrorCode RetriesExhausted = new(3002, "RETRIES_EXHAUSTED", ErrorKind.Conflict);
    public static readonly ErrorCode ProceedNotAllowed = new(3003, "PROCEED_NOT_ALLOWED", ErrorKind.Conflict);
    public static readonly ErrorCode CancelNotAllowed = new(3004, "CANCEL_NOT_ALLOWED", ErrorKind.Conflict);
    public static readonly ErrorCode ResumeNotAllowed = new(3005, "RESUME_NOT_ALLOWED", ErrorKind.Conflict);
    public static readonly ErrorCode RestartNotAllowed = new(3006, "RESTART_NOT_ALLOWED", ErrorKind.Conflict);
    public static readonly ErrorCode StageConfigFixed = new(3007, "STAGE_CONFIG_FIXED", ErrorKind.Conflict);
    public static readonly ErrorCode RunOver = new(3008, "RUN_OVER", ErrorKind.Conflict);
    public static readonly ErrorCode StageLogNotFound = new(3050, "STAGE_LOG_NOT_FOUND", ErrorKind.NotFound);

    /// <summary>No pipeline has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With($"There is no pipeline {id}.");
}
