using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable;

// What keeps the file small.
public sealed partial class DurableEngine
{
    private const int PurgesAtOnce = 200;

    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(36_500);

    private async Task CleanUpAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_options.Retention != Timeout.InfiniteTimeSpan)
                    await PurgeFinishedAsync();
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception)
            {
                _logger.CleanUpFailed(exception, CleanUpInterval.TotalHours);
            }

            try
            {
                if (!_stopping.IsCancellationRequested && await _writer.BetweenCommitsAsync(Compaction.Run))
                    _logger.Compacted();
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception)
            {
                _logger.CompactionFailed(exception);
            }

            // Nothing grows old, so there is nothing to wait for: a clock that tests move must not find a timer of ours.
            if (_options.Retention == Timeout.InfiniteTimeSpan)
                return;
            await Task.Delay(CleanUpInterval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PurgeFinishedAsync()
    {
        var purged = 0;
        int now;
        do
        {
            now = await CommitAsync((session, effects) => Signals.Purge(
                session, InstanceRows.CompletedBefore(session, Now - _options.Retention, PurgesAtOnce), recursive: false, effects));
            purged += now;
        }
        while (now == PurgesAtOnce && !_stopping.IsCancellationRequested);
        if (purged > 0)
            _logger.Purged(purged, _options.Retention);
    }
}
