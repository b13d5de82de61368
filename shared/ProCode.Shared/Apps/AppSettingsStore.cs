using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>The settings of apps, each a row of its app.</summary>
public sealed class AppSettingsStore(AppPartition rows)
{
    /// <summary>The app's settings; the defaults when it has set none.</summary>
    public async Task<AppSettings> GetAsync(long appId, CancellationToken cancellation) =>
        (await rows.FindAsync<AppSettings>(appId, AppRows.Settings, cancellation))?.Value ?? new AppSettings();
}
