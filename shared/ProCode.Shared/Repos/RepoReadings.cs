using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using ProCode.Json;
using ProCode.Storage;

namespace ProCode.Repos;

/// <summary>
/// What git hosts said last, a blob per repository, address and question. An answer that is the same as the one kept is written again
/// only once in <see cref="Fresh"/>, so that most readings cost storage nothing; kept ones are removed after <see cref="Kept"/>.
/// </summary>
public sealed class RepoReadings(Blobs blobs, TimeProvider time)
{
    /// <summary>How much older than the last reading its kept time may be.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>How long a reading is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // Entries are a hundred bytes; the bound only keeps a long-lived process from growing for ever.
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<string, (string Hash, DateTimeOffset AsOf)> _written = new(StringComparer.Ordinal);

    /// <summary>Keeps a reading.</summary>
    public async Task KeepAsync<T>(Repo repo, string question, Reading<T> reading, CancellationToken cancellation)
    {
        var name = NameOf(repo, question);
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(reading.Value, ProCodeJson.Stored)));
        if (_written.TryGetValue(name, out var written) && written.Hash == hash && reading.AsOf - written.AsOf < Fresh) return;

        var container = await blobs.GetAsync(BlobContainers.Readings, cancellation);
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(reading, ProCodeJson.Stored)), overwrite: true, cancellation);
        if (_written.Count > Remembered) _written.Clear();
        _written[name] = (hash, reading.AsOf);
    }

    /// <summary>The reading that was kept last, or null.</summary>
    public async Task<Reading<T>?> FindAsync<T>(Repo repo, string question, CancellationToken cancellation)
    {
        try
        {
            var container = await blobs.GetAsync(BlobContainers.Readings, cancellation);
            BlobDownloadResult found = await container.GetBlobClient(NameOf(repo, question)).DownloadContentAsync(cancellation);
            return found.Content.ToObjectFromJson<Reading<T>>(ProCodeJson.Stored);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Removes what was read too long ago.</summary>
    public async Task RemoveOldAsync(CancellationToken cancellation)
    {
        var container = await blobs.GetAsync(BlobContainers.Readings, cancellation);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellation))
        {
            if (blob.Properties.LastModified < time.GetUtcNow() - Kept) await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellation);
        }
    }

    // The address is part of the name: what another repository said is no answer for this one.
    private static string NameOf(Repo repo, string question) => string.Create(
        CultureInfo.InvariantCulture, $"{repo.Id}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{repo.Url}\n{question}")))}.json");
}
