using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>
/// How the environments of apps are configured, each in a row of its app; the environment's lock is another row. An environment exists
/// once it is configured or deployed to; <see cref="AppEnvironment.Production"/> always does.
/// </summary>
public sealed class EnvironmentStore(AppPartition rows, CredentialStore credentials, CredentialReferences references)
{
    /// <summary>The most environments that an app is given.</summary>
    public const int MaxEnvironments = 50;

    /// <summary>The configuration to deploy with: the default where nobody has configured anything.</summary>
    public async Task<EnvironmentConfig> GetAsync(long appId, string name, CancellationToken cancellation) =>
        (await rows.FindAsync<EnvironmentConfig>(appId, AppRows.EnvironmentConfig(name), cancellation))?.Value ?? EnvironmentConfig.Default;

    /// <summary>The environment's configuration, or that there is no such app or environment.</summary>
    public async Task<Result<EnvironmentConfig>> FindAsync(long appId, string name, CancellationToken cancellation)
    {
        // The storage refuses to look for keys that no row can have.
        var known = EnvironmentName.IsValid(name);
        var appRead = rows.FindAsync<App>(appId, AppRows.App, cancellation);
        var lockRead = known ? rows.FindAsync<AppEnvironment>(appId, AppRows.Environment(name), cancellation) : Task.FromResult<Stored<AppEnvironment>?>(null);
        var config = known ? await rows.FindAsync<EnvironmentConfig>(appId, AppRows.EnvironmentConfig(name), cancellation) : null;
        var (app, locked) = (await appRead, await lockRead);
        if (app is null) return AppErrors.NotFound(appId);
        if (config is not null) return config.Value;
        if (locked is not null || name == AppEnvironment.Production) return EnvironmentConfig.Default;
        return GeneralErrors.NotFound.With(known
            ? $"App {appId} has no environment '{name}': it is neither configured nor deployed to."
            : $"App {appId} has no environment of this name, which {EnvironmentName.Rule}.");
    }

    /// <summary>The app's environments by name.</summary>
    public async Task<Result<IReadOnlyList<(string Name, EnvironmentConfig Config)>>> ListAsync(long appId, CancellationToken cancellation)
    {
        var appRead = rows.FindAsync<App>(appId, AppRows.App, cancellation);
        var locksRead = rows.ReadPrefixAsync(appId, AppRows.EnvironmentPrefix, cancellation);
        var configs = await ConfigsAsync(appId, cancellation);
        var locks = await locksRead;
        if (await appRead is null) return AppErrors.NotFound(appId);
        var names = locks.Select(row => row.RowKey[AppRows.EnvironmentPrefix.Length..]).Concat(configs.Keys).Append(AppEnvironment.Production);
        return names.Distinct().Order(StringComparer.Ordinal).Select(name => (name, configs.GetValueOrDefault(name, EnvironmentConfig.Default))).ToList();
    }

    /// <summary>What is configured, by name; environments with nothing but defaults are not among it.</summary>
    public async Task<IReadOnlyDictionary<string, EnvironmentConfig>> ConfigsAsync(long appId, CancellationToken cancellation) =>
        (await rows.ReadPrefixAsync(appId, AppRows.EnvironmentConfigPrefix, cancellation)).ToDictionary(
            row => row.RowKey[AppRows.EnvironmentConfigPrefix.Length..], row => AppPartition.Read<EnvironmentConfig>(row).Value);

    /// <summary>
    /// Replaces the configuration. Its credentials are checked, and held (<see cref="CredentialReferences"/>) before anything refers to them.
    /// <paramref name="refuse"/> may have something against replacing the current configuration, null when nothing is there.
    /// </summary>
    public async Task<Result<EnvironmentConfig>> ReplaceAsync(
        long appId, string name, EnvironmentConfig config, Func<EnvironmentConfig?, Error?> refuse, CancellationToken cancellation)
    {
        var holds = new List<CredentialHold>();
        var replaced = await ReplaceAsync(appId, name, config, refuse, holds, cancellation);

        // Written or refused: nothing of ours is under way any more, and what refers to the credential is in the rows.
        foreach (var hold in holds) await references.SettleAsync(hold, cancellation);
        return replaced;
    }

    private async Task<Result<EnvironmentConfig>> ReplaceAsync(
        long appId, string name, EnvironmentConfig config, Func<EnvironmentConfig?, Error?> refuse, List<CredentialHold> holds, CancellationToken cancellation)
    {
        while (true)
        {
            var lockRead = rows.FindAsync<AppEnvironment>(appId, AppRows.Environment(name), cancellation);
            var appRead = rows.FindAsync<App>(appId, AppRows.App, cancellation);
            var current = await rows.FindAsync<EnvironmentConfig>(appId, AppRows.EnvironmentConfig(name), cancellation);
            var (app, locked) = (await appRead, await lockRead);
            if (app is null) return AppErrors.NotFound(appId);
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
            var exists = current is not null || locked is not null || name == AppEnvironment.Production;
            if (refuse(exists ? current?.Value ?? EnvironmentConfig.Default : null) is { } refusal) return refusal;
            if (!exists && (await ConfigsAsync(appId, cancellation)).Count >= MaxEnvironments)
                return GeneralErrors.Conflict.With($"An app has {MaxEnvironments} environments at most.");
            if (await HoldAsync(app.Value, config, holds, cancellation) is { } unresolved) return unresolved;

            var change = current is null
                ? AppPartition.Insert(appId, AppRows.EnvironmentConfig(name), config)
                : AppPartition.Update(appId, AppRows.EnvironmentConfig(name), current.ETag, config);
            if (await rows.CommitAsync(appId, [change], cancellation) is not null) return config;
        }
    }

    // Held anew at each turn: what another writer's turn has meanwhile settled would not protect ours.
    private async Task<Error?> HoldAsync(App app, EnvironmentConfig config, List<CredentialHold> holds, CancellationToken cancellation)
    {
        var issues = new Dictionary<long, string>();
        foreach (var id in config.Credentials)
        {
            var credential = await credentials.FindAsync(app.ProjectId, id, cancellation);
            if (credential is null) issues[id] = "no credential of the app's project has this id";
            else if (credential.Kind != CredentialKind.Token) issues[id] = "must be a credential of kind token";
            else if (credential.Server is not null) issues[id] = $"is for {credential.Server} only";
            else if (await references.HoldAsync(app.ProjectId, id, app.Id, cancellation) is { } hold) holds.Add(hold);
            else issues[id] = "no credential of the app's project has this id";
        }

        return issues.Count == 0 ? null : config.Unresolved(issues);
    }
}
