namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>A download that, when its connection breaks off or stalls, or an answer ends early, goes on from where it was with a new request.</summary>
/// <param name="length">Of all of it, in bytes.</param>
/// <param name="open">Opens it from a position on; its second argument says whether asynchronously.</param>
internal sealed class ResumedStream(Stream first, long length, Func<long, bool, Task<Stream>> open, int maxRetries) : ReadOnceStream
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
                return read > 0 || buffer.IsEmpty || position >= length ? read : throw new EndOfStreamException("The registry's answer ended early.");
            }
            catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
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
