using ProCode.Apps;
using ProCode.Builds;
using ProCode.Results;

namespace ProCode.Images;

/// <summary>Makes an image and puts it into the image store. The same request on the same base image always gives the same digest, on
/// any machine, and building it again writes nothing new.</summary>
public interface IImageBuilder
{
    /// <summary>Builds and stores; expected failures are <see cref="ImageErrors"/> and <see cref="BuildErrors.SourceInvalid"/>.</summary>
    Task<Result<BuiltImage>> BuildAsync(ImageBuildRequest request, CancellationToken cancellation);
}

/// <summary>What goes into an image. <paramref name="OpenSource"/> opens the commit's tar (see IGitHost.ArchiveAsync) for one reading.
/// <paramref name="Repository"/> and <paramref name="Tag"/> name the result: <c>my-agent</c>, <c>v1.0.0</c>; any text will do, see
/// <see cref="ImageNames"/>.</summary>
public sealed record ImageBuildRequest(
    string Repository, string Tag, TechStack TechStack, ProjectManifest Manifest, string CommitId, Func<CancellationToken, Task<Stream>> OpenSource);

/// <summary>A stored image: its reference (<c>layout/my-agent:v1.0.0</c> or a registry's), its manifest's digest (<c>sha256:…</c>) and
/// what a machine that has nothing of it would have to fetch.</summary>
public sealed record BuiltImage(string Reference, string Digest, long SizeBytes)
{
    /// <summary>How many layers come from the base image.</summary>
    public int BaseLayers { get; init; }

    /// <summary>How many of those the image store had already.</summary>
    public int BaseLayersReused { get; init; }
}
