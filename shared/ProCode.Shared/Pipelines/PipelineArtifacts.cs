using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>The documents that stages leave behind, as blobs. What rows and histories hold is their names.</summary>
public sealed class PipelineArtifacts(Blobs blobs)
{
    /// <summary>The name of a commit's source; the same for all releases of that commit.</summary>
    public static string SourceName(long appId, string commitId) => string.Create(CultureInfo.InvariantCulture, $"apps/{appId}/sources/{commitId}.tar");

    /// <summary>The name of the Dockerfile that a run's BUILD wrote.</summary>
    public static string DockerfileName(long pipelineId, int run) => string.Create(CultureInfo.InvariantCulture, $"pipelines/{pipelineId}/run-{run}/Dockerfile");

    /// <summary>Opens a document for one reading, from its beginning to its end.</summary>
    public async Task<Stream> OpenAsync(string name, CancellationToken cancellation) =>
        await FindAsync(name, cancellation) ?? throw new InvalidOperationException($"The document {name} is gone.");

    /// <summary>The same; null when there is none.</summary>
    public async Task<Stream?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return (await (await BlobAsync(name, cancellation)).DownloadStreamingAsync(cancellationToken: cancellation)).Value.Content;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a document that is always the same under its name; one that is there already stays.</summary>
    public async Task KeepAsync(string name, Stream content, CancellationToken cancellation)
    {
        try
        {
            var once = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await (await BlobAsync(name, cancellation)).UploadAsync(content, once, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // The same bytes, kept earlier.
        }
    }

    private async Task<BlockBlobClient> BlobAsync(string name, CancellationToken cancellation) =>
        (await blobs.GetAsync(BlobContainers.Pipelines, cancellation)).GetBlockBlobClient(name);
}
