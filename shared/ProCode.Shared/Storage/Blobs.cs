using System.Collections.Concurrent;
using Azure.Storage.Blobs;

namespace ProCode.Storage;

/// <summary>The account's blob containers by name, each made once per process before its first use.</summary>
public sealed class Blobs(BlobServiceClient service)
{
    private readonly ConcurrentDictionary<string, BlobContainerClient> _ready = new(StringComparer.Ordinal);

    /// <summary>The container, which exists from now on.</summary>
    public ValueTask<BlobContainerClient> GetAsync(string name, CancellationToken cancellation) =>
        _ready.TryGetValue(name, out var container) ? ValueTask.FromResult(container) : new ValueTask<BlobContainerClient>(CreateAsync(name, cancellation));

    private async Task<BlobContainerClient> CreateAsync(string name, CancellationToken cancellation)
    {
        var container = service.GetBlobContainerClient(name);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        return _ready.GetOrAdd(name, container);
    }
}
