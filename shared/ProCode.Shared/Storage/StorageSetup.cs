using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ProCode.Storage;

/// <summary>Makes tables and containers in the background when the app starts, so that no request has to.</summary>
internal sealed class StorageSetup(Tables tables, Blobs blobs, TimeProvider time, ILogger<StorageSetup> logger) : BackgroundService
{
    // /ready tells that the storage does not answer; the app itself stays up and goes on by itself.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAll(
                    Parallel.ForEachAsync(TableNames.All, stoppingToken, async (name, cancellation) => await tables.GetAsync(name, cancellation)),
                    Parallel.ForEachAsync(BlobContainers.All, stoppingToken, async (name, cancellation) => await blobs.GetAsync(name, cancellation)));
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                StorageLog.SetupFailed(logger, failure, Pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
