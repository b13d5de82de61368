using System.Net;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ProCode.Storage;

namespace ProCode.Pipelines.Logs;

/// <summary>Whole lines for the end of a log, and how many; the last one may say that the log ends there.</summary>
internal sealed record LogBlock(byte[] Bytes, int Lines, bool Cuts);

/// <summary>
/// The append blob of a log, at whose end every write names the place where it expects to land. A write that is repeated because its answer
/// was lost, by the storage client or by us, is refused there, and so is one that somebody else was ahead of: the blob itself tells
/// which of the two it was. <paramref name="begun"/> when it is most likely there already.
/// </summary>
internal sealed class LogBlob(Blobs blobs, StageLogId id, bool begun)
{
    /// <summary>How long a log may get, in bytes.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>The text of the line at which a log was cut.</summary>
    public const string CutText = "… log cut at 10 MB";

    private const int MaxRefusals = 20;

    private static readonly byte[] CutEnd = [.. System.Text.Encoding.UTF8.GetBytes(CutText), (byte)'\n'];
    private static readonly AppendBlobCreateOptions Once = new()
    {
        HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain; charset=utf-8" },
        Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
    };

    private bool _begun = begun;
    private long? _length;
    private (long At, LogBlock Block)? _sent;

    /// <summary>How many blocks it consists of, as far as is known.</summary>
    public int Blocks { get; private set; }

    /// <summary>True when the log was cut: nothing may follow.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// Appends the block that <paramref name="next"/> makes for a log as long as this one is, and again, until it makes none.
    /// <paramref name="written"/> is told of every block that is there.
    /// </summary>
    public async Task AppendAsync(Func<long, LogBlock?> next, Action<LogBlock> written, CancellationToken cancellation)
    {
        var blob = (await blobs.GetAsync(BlobContainers.Pipelines, cancellation)).GetAppendBlobClient(id.BlobName);
        for (var refusals = 0; ;)
        {
            if (_length is null) await FindEndAsync(blob, written, cancellation);
            if (IsCut || next(_length!.Value) is not { } block) return;
            _sent = (_length.Value, block);
            try
            {
                var conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = _length, IfMaxSizeLessThanOrEqual = MaxBytes };
                using var content = new MemoryStream(block.Bytes, writable: false);
                var info = await blob.AppendBlockAsync(content, new AppendBlobAppendBlockOptions { Conditions = conditions }, cancellation);
                Blocks = info.Value.BlobCommittedBlockCount;
                _length += block.Bytes.Length;
                Confirm(written);
            }
            catch (RequestFailedException e) when (e.Status == (int)HttpStatusCode.PreconditionFailed && ++refusals < MaxRefusals)
            {
                _length = null;
            }
            catch
            {
                _length = null; // It may be there or not.
                throw;
            }
        }
    }

    private void Confirm(Action<LogBlock> written)
    {
        var block = _sent!.Value.Block;
        _sent = null;
        IsCut |= block.Cuts;
        written(block);
    }

    // Most logs are new, so where that is to be expected making comes first: two requests for a log of one write. One that goes on takes two
    // as well when that is expected, else three.
    private async Task FindEndAsync(AppendBlobClient blob, Action<LogBlock> written, CancellationToken cancellation)
    {
        var found = await FindOrCreateAsync(blob, cancellation);
        var length = found?.ContentLength ?? 0;
        Blocks = found?.BlobCommittedBlockCount ?? 0;
        if (_sent is { } sent)
        {
            var bytes = sent.Block.Bytes;
            if (length >= sent.At + bytes.Length && (await ReadAsync(blob, sent.At, bytes.Length, cancellation)).AsSpan().SequenceEqual(bytes)) Confirm(written);
            _sent = null;
        }

        // A cut log is nearly full: it wanted one more line than it had room for.
        if (length > MaxBytes - LineText.MaxBytes - LineText.CutLineBytes)
            IsCut = (await ReadAsync(blob, length - CutEnd.Length, CutEnd.Length, cancellation)).AsSpan().SequenceEqual(CutEnd);
        _length = length;
    }

    // Null: it was made.
    private async Task<BlobProperties?> FindOrCreateAsync(AppendBlobClient blob, CancellationToken cancellation)
    {
        while (true)
        {
            if (!_begun && await TryCreateAsync(blob, cancellation))
            {
                _begun = true;
                return null;
            }

            try
            {
                _begun = true;
                return await blob.GetPropertiesAsync(cancellationToken: cancellation);
            }
            catch (RequestFailedException e) when (e.Status == (int)HttpStatusCode.NotFound)
            {
                _begun = false;
            }
        }
    }

    private static async Task<bool> TryCreateAsync(AppendBlobClient blob, CancellationToken cancellation)
    {
        try
        {
            await blob.CreateAsync(Once, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is (int)HttpStatusCode.Conflict or (int)HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    private static async Task<byte[]> ReadAsync(AppendBlobClient blob, long from, int count, CancellationToken cancellation) =>
        (await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(from, count) }, cancellation)).Value.Content.ToArray();
}
