namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>A download that, when its connection breaks off, goes on from where it was on a new one.</summary>
/// <param name="open">Opens it from a position on; its second argument says whether asynchronously.</param>
internal sealed class ResumedStream(Stream first, Func<long, bool, Task<Stream>> open, int maxRetries) : ReadOnceStream
{
    private readonly List<Exception> failures = [];
    private Stream current = first;
    private long position;

    /// <exception cref="AggregateException">It broke off more often than retries are allowed.</exception>
    protected override async ValueTask<int> ReadAsync(Memory<byte> buffer, bool async, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var read = await current.ReadAsync(buffer, async, cancellationToken).ConfigureAwait(false);
                position += read;
                return read;
            }
            catch (IOException exception)
            {
                failures.Add(exception);
                if (failures.Count > maxRetries)
                    throw new AggregateException($"Retry failed after {failures.Count} tries", failures);
                await current.DisposeAsync().ConfigureAwait(false);
                current = await open(position, async).ConfigureAwait(false);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            current.Dispose();
        base.Dispose(disposing);
    }
}
