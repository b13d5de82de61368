using System.Globalization;
using System.Net;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using ProCode.Storage;

namespace ProCode.Pipelines.Logs;

/// <summary>The logs of stages: one append blob per attempt, readable while it grows.</summary>
public sealed class StageLogs(Blobs blobs, TimeProvider time, ILogger<StageLogs> logger)
{
    /// <summary>A writer at the end of an attempt's log. <paramref name="begun"/> when something was most likely written to it before, which saves a request;
    /// nothing depends on it.</summary>
    public StageLog Open(StageLogId id, bool begun = false) => new(id, new LogBlob(blobs, id, begun), time, logger);

    /// <summary>Reads a log as it is now, from a byte on, at most <paramref name="count"/> bytes. Null when there is none.</summary>
    public async Task<StageLogReading?> ReadAsync(StageLogId id, long from, long? count, CancellationToken cancellation)
    {
        var blob = (await blobs.GetAsync(BlobContainers.Pipelines, cancellation)).GetAppendBlobClient(id.BlobName);
        try
        {
            var range = from == 0 && count is null ? default : new HttpRange(from, count);
            var read = (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Range = range }, cancellation)).Value;
            return new StageLogReading(read.Details.ETag.ToString("H"), TotalOf(read.Details), from, read.Details.ContentLength, read.Content);
        }
        catch (RequestFailedException e) when (e.Status == (int)HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value;
            return new StageLogReading(found.ETag.ToString("H"), found.ContentLength, from, 0, Stream.Null);
        }
        catch (RequestFailedException e) when (e.Status == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The last attempt of a stage in a run that has a log, or null.</summary>
    public async Task<int?> LastAttemptAsync(long pipelineId, int run, StageKind stage, CancellationToken cancellation)
    {
        var prefix = StageLogId.Prefix(pipelineId, run, stage);
        int? last = null;
        var container = await blobs.GetAsync(BlobContainers.Pipelines, cancellation);
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation))
        {
            if (StageLogId.AttemptOf(blob.Name, prefix) is { } attempt && !(attempt <= last)) last = attempt;
        }

        return last;
    }

    // "bytes 10-19/20"
    private static long TotalOf(BlobDownloadDetails read) =>
        read.ContentRange is { } range ? long.Parse(range.AsSpan(range.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture) : read.ContentLength;
}
