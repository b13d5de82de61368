using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ProCode.Images;

/// <summary>index.json of an OCI layout: which name points at which manifest.</summary>
internal sealed class OciLayoutIndex(string root, string ingest)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private string IndexPath => Path.Combine(root, "index.json");

    /// <summary>The digest behind a name, or null.</summary>
    public async Task<string?> FindAsync(string name, CancellationToken cancellation) =>
        (await ReadAsync(cancellation)).Manifests.FirstOrDefault(manifest => NameOf(manifest) == name)?.Digest;

    /// <summary>Makes a name point at a manifest; writes nothing when it does already.</summary>
    public async Task PointAsync(string name, OciDescriptor manifest, CancellationToken cancellation)
    {
        await using var held = await LockAsync(cancellation);
        var index = await ReadAsync(cancellation);
        if (index.Manifests.Any(existing => NameOf(existing) == name && existing.Digest == manifest.Digest)) return;
        var named = manifest with { Annotations = new Dictionary<string, string> { [Oci.RefName] = name } };
        var manifests = index.Manifests.Where(existing => NameOf(existing) != name).Append(named)
            .OrderBy(NameOf, StringComparer.Ordinal).ThenBy(entry => entry.Digest, StringComparer.Ordinal);
        Replace(IndexPath, JsonSerializer.SerializeToUtf8Bytes(index with { Manifests = [.. manifests] }, Oci.Json));
    }

    /// <summary>The two files that make a folder a layout.</summary>
    public void Prepare()
    {
        var marker = Path.Combine(root, "oci-layout");
        if (!File.Exists(marker)) Replace(marker, Encoding.UTF8.GetBytes("""{"imageLayoutVersion":"1.0.0"}"""));
    }

    private async Task<OciIndex> ReadAsync(CancellationToken cancellation)
    {
        if (!File.Exists(IndexPath)) return new OciIndex(2, Oci.IndexType, []);
        await using var file = new FileStream(IndexPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var index = await JsonSerializer.DeserializeAsync<OciIndex>(file, Oci.Json, cancellation);
        return index?.Manifests is null ? throw new InvalidDataException($"{IndexPath} is not the index of an OCI layout.") : index;
    }

    /// <summary>The lock is the open file, not its existence: the operating system lets go of it when the holder dies. The wait is for a
    /// neighbour to finish a write, so it is real time, whatever clock the rest of the program runs on.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(root, "index.lock");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < LockPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
            }
        }
    }

    private void Replace(string path, byte[] content)
    {
        var temporary = Path.Combine(ingest, Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }

    private static string? NameOf(OciDescriptor manifest) => manifest.Annotations?.GetValueOrDefault(Oci.RefName);
}
