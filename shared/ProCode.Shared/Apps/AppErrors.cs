using System.Globalization;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Apps;

/// <summary>What can go wrong with an app.</summary>
public static class AppErrors
{
    public static readonly ErrorCode NameTaken = new(1002, "APP_NAME_TAKEN", ErrorKind.Conflict);
    public static readonly ErrorCode DevModeFixed = new(1004, "DEV_MODE_FIXED", ErrorKind.Conflict);
    public static readonly ErrorCode RepoExists = new(1020, "APP_HAS_REPO", ErrorKind.Conflict);
    public static readonly ErrorCode PipelinesRunning = new(1021, "APP_PIPELINES_RUNNING", ErrorKind.Conflict);
    public static readonly ErrorCode Archived = new(1022, "APP_ARCHIVED", ErrorKind.Conflict);
    public static readonly ErrorCode RollbackImpossible = new(1023, "ROLLBACK_IMPOSSIBLE", ErrorKind.Conflict);

    /// <summary>No app has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With($"There is no app {id}.");

    /// <summary>An archived app takes no iteration, no release and no change of its configuration or its subscriptions; null for one that isn't.</summary>
    public static Error? RefusalOf(App app) => app.ArchivedAt is { } at
        ? Archived.With(string.Create(CultureInfo.InvariantCulture, $"App {app.Id} was archived at {at:yyyy-MM-dd'T'HH:mm:ss'Z'}; it can only be read."))
        : null;

    /// <summary>What was asked for belongs to apps of another mode (<paramref name="wanted"/>), and this one keeps its mode; null when it has the mode.</summary>
    public static Error? RefusalOf(App app, DevMode wanted) => app.DevMode == wanted
        ? null
        : DevModeFixed.With(
            $"App {app.Id} is a {EnumNames.NameOf(app.DevMode)} app and stays one; this belongs to {EnumNames.NameOf(wanted)} apps.",
            "devMode", $"is {EnumNames.NameOf(app.DevMode)} for good");
}
