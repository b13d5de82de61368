using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProCode.Dev;

/// <summary>Writes a folder as an OCI layout with one image of one layer. The product's own writer isn't used, because the tool has to
/// build before, and without, the product and its packages; the layer is not compressed, which is quicker and always the same bytes.</summary>
internal static class BaseImageLayout
{
    private const string RefName = "org.opencontainers.image.ref.name";
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static bool Has(string layout, string name)
    {
        var index = Path.Combine(layout, "index.json");
        return File.Exists(index) && JsonNode.Parse(File.ReadAllText(index))?["manifests"] is JsonArray manifests
            && manifests.Any(manifest => manifest?["annotations"]?[RefName]?.GetValue<string>() == name);
    }

    /// <summary>Writes beside the layout's place and renames: a layout that is there is whole, whoever else makes it meanwhile.</summary>
    public static async Task WriteAsync(string layout, string name, string architecture, string root, CancellationToken cancellation)
    {
        var partial = $"{layout}.{Guid.NewGuid():n}";
        var blobs = Directory.CreateDirectory(Path.Combine(partial, "blobs", "sha256")).FullName;
        try
        {
            var layer = await WriteLayerAsync(blobs, root, cancellation);
            var config = WriteBlob(blobs, "application/vnd.oci.image.config.v1+json", new JsonObject
            {
                ["created"] = "1970-01-01T00:00:00Z",
                ["architecture"] = architecture,
                ["os"] = "linux",
                ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8") },
                ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layer["digest"]!.GetValue<string>()) },
            });
            var manifest = WriteBlob(blobs, "application/vnd.oci.image.manifest.v1+json", new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["config"] = config,
                ["layers"] = new JsonArray(layer),
            });
            manifest["annotations"] = new JsonObject { [RefName] = name };
            var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(manifest) };
            File.WriteAllText(Path.Combine(partial, "index.json"), index.ToJsonString());
            File.WriteAllText(Path.Combine(partial, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
            Place(partial, layout, name);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private static void Place(string partial, string layout, string name)
    {
        try
        {
            if (Directory.Exists(layout) && !Directory.EnumerateFileSystemEntries(layout).Any()) Directory.Delete(layout);
            Directory.Move(partial, layout);
        }
        catch (IOException) when (Has(layout, name))
        {
            // Another process was quicker; its image is as good.
        }
    }

    private static async Task<JsonObject> WriteLayerAsync(string blobs, string root, CancellationToken cancellation)
    {
        var path = Path.Combine(blobs, "layer");
        await using (var file = File.Create(path))
        await using (var tar = new TarWriter(file, TarEntryFormat.Ustar))
        {
            foreach (var entry in Below(new DirectoryInfo(root))) await WriteEntryAsync(tar, entry, Path.GetRelativePath(root, entry.FullName), cancellation);
        }
        await using var written = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellation));
        File.Move(path, Path.Combine(blobs, digest));
        return Descriptor("application/vnd.oci.image.layer.v1.tar", digest, written.Length);
    }

    /// <summary>Everything in a folder, in a fixed order, without following links.</summary>
    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            yield return entry;
            if (entry is not DirectoryInfo { LinkTarget: null } inner) continue;
            foreach (var below in Below(inner)) yield return below;
        }
    }

    private static async Task WriteEntryAsync(TarWriter tar, FileSystemInfo entry, string path, CancellationToken cancellation)
    {
        var (type, mode) = entry switch
        {
            { LinkTarget: not null } => (TarEntryType.SymbolicLink, ReadWrite | Execute),
            DirectoryInfo => (TarEntryType.Directory, path == "tmp" ? ReadWrite | Execute | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit : ReadWrite | Execute),
            _ => (TarEntryType.RegularFile, (entry.UnixFileMode & Execute) != 0 ? ReadWrite | Execute : ReadWrite),
        };
        var written = new UstarTarEntry(type, path) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch };
        if (entry.LinkTarget is { } target) written.LinkName = target;
        await using var content = type is TarEntryType.RegularFile ? File.OpenRead(entry.FullName) : null;
        if (content is not null) written.DataStream = content;
        await tar.WriteEntryAsync(written, cancellation);
    }

    private static JsonObject WriteBlob(string blobs, string mediaType, JsonObject document)
    {
        var content = Encoding.UTF8.GetBytes(document.ToJsonString(JsonSerializerOptions.Default));
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(Path.Combine(blobs, digest), content);
        return Descriptor(mediaType, digest, content.Length);
    }

    private static JsonObject Descriptor(string mediaType, string digest, long size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = $"sha256:{digest}", ["size"] = size };
}
