using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>An app with what its team decided about it.</summary>
public sealed record AppWithSettings(Stored<App> App, AppSettings Settings);

/// <summary>The settings of apps, each a row of its app.</summary>
public sealed class AppSettingsStore(AppPartition rows)
{
    /// <summary>The app's settings; the defaults when it has set none.</summary>
    public async Task<AppSettings> GetAsync(long appId, CancellationToken cancellation) =>
        (await rows.FindAsync<AppSettings>(appId, AppRows.Settings, cancellation))?.Value ?? new AppSettings();

    /// <summary>The app and its settings in one read, or null when there is no such app.</summary>
    public async Task<AppWithSettings?> FindWithAppAsync(long appId, CancellationToken cancellation)
    {
        var (app, settings) = await ReadAsync(appId, cancellation);
        return app is null ? null : new AppWithSettings(app, settings?.Value ?? new AppSettings());
    }

    /// <summary>Replaces the settings, unless the app is archived or <paramref name="refuse"/> has something against replacing the current ones;
    /// it is asked about exactly those that are replaced.</summary>
    public async Task<Result<AppSettings>> ReplaceAsync(
        long appId, AppSettings settings, Func<AppSettings, Error?> refuse, CancellationToken cancellation)
    {
        while (true)
        {
            var (app, current) = await ReadAsync(appId, cancellation);
            if (app is null) return AppErrors.NotFound(appId);
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
            if (refuse(current?.Value ?? new AppSettings()) is { } refusal) return refusal;
            var change = current is null
                ? AppPartition.Insert(appId, AppRows.Settings, settings)
                : AppPartition.Update(appId, AppRows.Settings, current.ETag, settings);
            if (await rows.CommitAsync(appId, [change], cancellation) is not null) return settings;
        }
    }

    private async Task<(Stored<App>? App, Stored<AppSettings>? Settings)> ReadAsync(long appId, CancellationToken cancellation)
    {
        // The keys begin alike for this one's sake.
        var found = await rows.ReadPrefixAsync(appId, AppRows.App, cancellation);
        var app = found.FirstOrDefault(row => row.RowKey == AppRows.App);
        var settings = found.FirstOrDefault(row => row.RowKey == AppRows.Settings);
        return (app is null ? null : AppPartition.Read<App>(app), settings is null ? null : AppPartition.Read<AppSettings>(settings));
    }
}
