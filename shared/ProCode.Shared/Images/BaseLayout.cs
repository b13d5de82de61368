using ProCode.Results;

namespace ProCode.Images;

/// <summary>A base image, ready to be built on. <paramref name="Digest"/> is null for the empty base.</summary>
internal sealed record ImageBase(string Name, string? Digest, ImageConfig Config, IReadOnlyList<OciDescriptor> Layers)
{
    /// <summary>The base that has no files.</summary>
    public static ImageBase Empty(string name) => new(name, null, ImageConfig.Empty(), []);
}

/// <summary>The OCI layout that base images come from.</summary>
internal sealed class BaseLayout(IImageStore source)
{
    /// <summary>Finds a base by its name in the layout (<c>python:3.11</c>); null when there is none.</summary>
    public async Task<Result<ImageBase?>> FindAsync(string name, CancellationToken cancellation)
    {
        var found = await source.GetManifestAsync($"{source.Name}/{name}", cancellation);
        if (!found.TryGet(out var stored, out var error)) return error.Code == ImageErrors.ImageNotFound ? (ImageBase?)null : error;
        if (Oci.ParseManifest(stored.Content) is not { } manifest)
            return ImageErrors.ImageDamaged.With($"The base image {name} is not a manifest of one platform.");
        var config = await ReadConfigAsync(source, manifest.Config, cancellation);
        return config.TryGet(out var parsed, out error) ? new ImageBase(name, stored.Digest, parsed, manifest.Layers) : error;
    }

    /// <summary>Brings the base's layers into a store, those that aren't there yet. Returns how many were.</summary>
    public async Task<Result<int>> CopyLayersAsync(ImageBase image, IImageStore target, CancellationToken cancellation)
    {
        var reused = 0;
        foreach (var layer in image.Layers)
        {
            if (await target.HasBlobAsync(layer, cancellation))
            {
                reused++;
                continue;
            }

            var opened = await source.OpenBlobAsync(layer, cancellation);
            if (!opened.TryGet(out var content, out var error)) return error;
            await using (content)
            {
                var stored = await target.PutBlobAsync(layer, content, cancellation);
                if (!stored.Succeeded) return stored.Error;
            }
        }
        return reused;
    }

    /// <summary>Reads an image's config from a store.</summary>
    public static async Task<Result<ImageConfig>> ReadConfigAsync(IImageStore store, OciDescriptor descriptor, CancellationToken cancellation)
    {
        const int MaxConfigBytes = 4 << 20;
        var damaged = ImageErrors.ImageDamaged.With($"{descriptor.Digest} is not the config of an image.");
        if (descriptor.Size > MaxConfigBytes) return damaged;
        var opened = await store.OpenBlobAsync(descriptor, cancellation);
        if (!opened.TryGet(out var content, out var error)) return error;
        await using (content)
        {
            var bytes = new byte[descriptor.Size];
            await content.ReadExactlyAsync(bytes, cancellation);
            return ImageConfig.Parse(bytes) is { } config ? config : damaged;
        }
    }
}
