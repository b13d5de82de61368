using ProCode.Results;

namespace ProCode.Apps;

/// <summary>What can go wrong with an app.</summary>
public static class AppErrors
{
    public static readonly ErrorCode NameTaken = new(1002, "APP_NAME_TAKEN", ErrorKind.Conflict);

    /// <summary>No app has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With($"There is no app {id}.");
}
