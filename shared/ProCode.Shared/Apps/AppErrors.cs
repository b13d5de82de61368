using ProCode.Results;

namespace ProCode.Apps;

/// <summary>What can go wrong with an app.</summary>
public static class AppErrors
{
    public static readonly ErrorCode NameTaken = new(1002, "APP_NAME_TAKEN", ErrorKind.Conflict);
    public static readonly ErrorCode DevModeFixed = new(1004, "DEV_MODE_FIXED", ErrorKind.Conflict);
    public static readonly ErrorCode RepoExists = new(1020, "APP_HAS_REPO", ErrorKind.Conflict);
    public static readonly ErrorCode PipelinesRunning = new(1021, "APP_PIPELINES_RUNNING", ErrorKind.Conflict);

    /// <summary>No app has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With($"There is no app {id}.");
}
