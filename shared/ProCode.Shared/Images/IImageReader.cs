using ProCode.Results;

namespace ProCode.Images;

/// <summary>
/// Turns a stored image back into files. Safe for concurrent use on different folders. The target folder is made when missing and must
/// be empty; after a failure it may hold a part of the image: remove it and try again. Every blob is checked against its digest while
/// it is read. Failures are <see cref="ImageErrors.ImageNotFound"/> and <see cref="ImageErrors.ImageDamaged"/>.
/// </summary>
public interface IImageReader
{
    /// <summary>Unpacks what the build added to its base, without the base's own layers: for a target that brings its own interpreter.
    /// The files land under <paramref name="folder"/> at their paths inside the image (<c>/app/main.py</c> becomes
    /// <c>folder/app/main.py</c>).</summary>
    Task<Result<UnpackedImage>> UnpackOwnLayersAsync(string digest, string folder, CancellationToken cancellation);
}

/// <summary>How an unpacked image wants to be run, from its config. <paramref name="WorkingDir"/> is the path inside the image
/// (<c>/app</c>); <paramref name="Port"/> is null when the image exposes none.</summary>
public sealed record UnpackedImage(
    IReadOnlyList<string> Entrypoint, IReadOnlyDictionary<string, string> Env, string WorkingDir, int? Port);
