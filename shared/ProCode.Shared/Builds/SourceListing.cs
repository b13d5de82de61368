using System.Text;
using ProCode.Results;

namespace ProCode.Builds;

/// <summary>What a source tar holds: each file's path (links included) with its size in bytes, and the text of the two files that
/// say how to run it, null when absent.</summary>
public sealed record SourceListing(IReadOnlyDictionary<string, long> Files, string? Manifest, string? PackageJson)
{
    /// <summary>The name of the manifest at the root of a repository.</summary>
    public const string ManifestFile = "procode.yaml";

    /// <summary>How much of a text is kept. One byte more than allowed is read, so that the manifest's reader can tell.</summary>
    internal const int MaxTextBytes = 64 * 1024;

    /// <summary>Reads a tar once, from front to back. At most 50,000 entries and 1 GiB; beyond that, and for a tar with entries that
    /// reach outside it, <see cref="BuildErrors.SourceInvalid"/>.</summary>
    public static async Task<Result<SourceListing>> ReadAsync(Stream tar, CancellationToken cancellation)
    {
        var files = new SortedDictionary<string, long>(StringComparer.Ordinal);
        string? manifest = null, packageJson = null;
        try
        {
            await foreach (var entry in SourceTar.ReadAsync(tar, cancellation))
            {
                if (entry.Kind is SourceEntryKind.Directory) continue;
                files.Add(entry.Path, entry.Size);
                if (entry.Path is ManifestFile) manifest = await TextAsync(entry, cancellation);
                if (entry.Path is "package.json") packageJson = await TextAsync(entry, cancellation);
            }
        }
        catch (SourceTarException exception)
        {
            return BuildErrors.SourceInvalid.With(exception.Message);
        }
        catch (EndOfStreamException)
        {
            return BuildErrors.SourceInvalid.With("The source archive is damaged.");
        }
        return new SourceListing(files, manifest, packageJson);
    }

    private static async Task<string> TextAsync(SourceEntry entry, CancellationToken cancellation)
    {
        if (entry.Data is null) return string.Empty;
        var bytes = new byte[Math.Min(entry.Size, MaxTextBytes + 1)];
        await entry.Data.ReadExactlyAsync(bytes, cancellation);
        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
    }
}
