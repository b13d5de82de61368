using System.Text.Json;
using Microsoft.Extensions.Logging;
using ProCode.Builds;
using ProCode.Results;

namespace ProCode.Images;

/// <summary>Makes an image without a container engine: the base's layers and one with the source. Blobs first, the manifest and its
/// name last, so that a build cut off anywhere has made nothing visible and the next one finds its blobs.</summary>
internal sealed class LayersImageBuilder : IImageBuilder
{
    private readonly IImageStore _store;
    private readonly BaseLayout? _bases;
    private readonly bool _allowEmptyBase;
    private readonly ILogger<LayersImageBuilder> _log;

    public LayersImageBuilder(IImageStore store, ImageOptions options, TimeProvider time, ILogger<LayersImageBuilder> log)
    {
        _store = store;
        _bases = string.IsNullOrWhiteSpace(options.BasePath) ? null : new BaseLayout(new OciLayoutStore(options.BasePath, time));
        _allowEmptyBase = options.AllowEmptyBase;
        _log = log;
    }

    public async Task<Result<BuiltImage>> BuildAsync(ImageBuildRequest request, CancellationToken cancellation)
    {
        var chosen = await ChooseBaseAsync(BaseImages.For(request.TechStack, request.Manifest.Runtime), cancellation);
        if (!chosen.TryGet(out var baseImage, out var error)) return error;
        try
        {
            await using var source = await request.OpenSource(cancellation);
            await using var layer = await SourceLayer.CreateAsync(source, cancellation);
            return await StoreAsync(request, baseImage, layer, cancellation);
        }
        catch (SourceTarException exception)
        {
            return BuildErrors.SourceInvalid.With(exception.Message);
        }
    }

    private async Task<Result<ImageBase>> ChooseBaseAsync(string name, CancellationToken cancellation)
    {
        if (_bases is not null)
        {
            var found = await _bases.FindAsync(name, cancellation);
            if (!found.TryGet(out var image, out var error)) return error;
            if (image is not null) return image;
        }
        if (!_allowEmptyBase) return ImageErrors.BaseImageMissing.With($"The base image {name} is not in the layout that Images:BasePath names.");
        ImagesLog.BuildingOnEmptyBase(_log, name);
        return ImageBase.Empty(name);
    }

    private async Task<Result<BuiltImage>> StoreAsync(ImageBuildRequest request, ImageBase baseImage, SourceLayer layer, CancellationToken cancellation)
    {
        var reused = 0;
        if (_bases is not null && !(await _bases.CopyLayersAsync(baseImage, _store, cancellation)).TryGet(out reused, out var notCopied)) return notCopied;
        if (await _store.PutBlobAsync(layer.Descriptor, layer.Content, cancellation) is { Succeeded: false } notStored) return notStored.Error;

        var config = baseImage.Config.Extend(request, layer.DiffId).ToBytes();
        var configDescriptor = Oci.Describe(Oci.ConfigType, config);
        using var content = new MemoryStream(config, writable: false);
        if (await _store.PutBlobAsync(configDescriptor, content, cancellation) is { Succeeded: false } refused) return refused.Error;

        var manifest = new OciManifest(2, Oci.ManifestType, configDescriptor, [.. baseImage.Layers, layer.Descriptor]) { Annotations = Annotations(request, baseImage) };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, Oci.Json);
        var (repository, tag) = (ImageNames.Repository(request.Repository), ImageNames.Tag(request.Tag));
        var digest = await _store.PutManifestAsync(repository, tag, bytes, cancellation);
        var built = new BuiltImage(
            $"{_store.Name}/{repository}:{tag}", digest, bytes.Length + config.Length + manifest.Layers.Sum(stored => stored.Size))
        { BaseLayers = baseImage.Layers.Count, BaseLayersReused = reused };
        ImagesLog.ImageBuilt(_log, built.Reference, digest, built.SizeBytes);
        return built;
    }

    private static SortedDictionary<string, string> Annotations(ImageBuildRequest request, ImageBase baseImage)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [RunSettings.RevisionKey] = request.CommitId };
        if (baseImage.Digest is null) return annotations;
        annotations["org.opencontainers.image.base.name"] = baseImage.Name;
        annotations["org.opencontainers.image.base.digest"] = baseImage.Digest;
        return annotations;
    }
}
