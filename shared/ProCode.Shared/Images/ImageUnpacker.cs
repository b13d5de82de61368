using System.IO.Compression;
using ProCode.Results;

namespace ProCode.Images;

/// <summary>Which layers of an image to unpack.</summary>
internal enum LayerSelection
{
    /// <summary>Every layer: the image as a container would see it.</summary>
    All,

    /// <summary>What the build added to its base.</summary>
    Own,
}

/// <summary>Unpacks images of a store. The work is done in a folder beside the target, which takes the target's name at the end: a
/// target that is there is whole.</summary>
internal sealed class ImageUnpacker(IImageStore store) : IImageReader
{
    public Task<Result<UnpackedImage>> UnpackOwnLayersAsync(string digest, string folder, CancellationToken cancellation) =>
        UnpackAsync(digest, folder, LayerSelection.Own, cancellation);

    public async Task<Result<UnpackedImage>> UnpackAsync(string referenceOrDigest, string folder, LayerSelection selection, CancellationToken cancellation)
    {
        var found = await store.GetManifestAsync(referenceOrDigest, cancellation);
        if (!found.TryGet(out var stored, out var error)) return error;
        if (Oci.ParseManifest(stored.Content) is not { } manifest) return ImageErrors.ImageDamaged.With($"{stored.Digest} is not the manifest of an image.");
        var layers = selection is LayerSelection.All ? manifest.Layers : [.. manifest.Layers.Where(Oci.IsOwnLayer)];
        if (layers.Count == 0) return ImageErrors.ImageDamaged.With($"{stored.Digest} has no layer that a build of ours added.");
        var config = await BaseLayout.ReadConfigAsync(store, manifest.Config, cancellation);
        if (!config.TryGet(out var parsed, out error)) return error;

        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var partial = target + ".partial";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        try
        {
            Directory.CreateDirectory(partial);
            foreach (var layer in layers)
            {
                if (await ApplyAsync(layer, partial, cancellation) is { Succeeded: false } failed) return failed.Error;
            }
            if (Directory.Exists(target)) Directory.Delete(target); // Only an empty one: anything else is not ours to replace.
            Directory.Move(partial, target);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
        return parsed.ToUnpackedImage();
    }

    private async Task<Result<Done>> ApplyAsync(OciDescriptor layer, string folder, CancellationToken cancellation)
    {
        var opened = await store.OpenBlobAsync(layer, cancellation);
        if (!opened.TryGet(out var blob, out var error)) return error;
        await using (blob)
        {
            try
            {
                await using var tar = Decompress(layer.MediaType, blob);
                await LayerExtractor.ApplyAsync(tar, folder, cancellation);
                return Done.Value;
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
            {
                return ImageErrors.ImageDamaged.With($"The layer {layer.Digest} can't be unpacked: {exception.Message}");
            }
        }
    }

    private static Stream Decompress(string mediaType, Stream blob) => mediaType switch
    {
        _ when mediaType.EndsWith("gzip", StringComparison.Ordinal) => new GZipStream(blob, CompressionMode.Decompress),
        _ when mediaType.EndsWith("tar", StringComparison.Ordinal) => blob,
        _ => throw new InvalidDataException($"the media type {mediaType} is not known here"),
    };
}
