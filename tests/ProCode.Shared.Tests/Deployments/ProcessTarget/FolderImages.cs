using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ProCode.Images;
using ProCode.Results;

namespace ProCode.Shared.Tests.Deployments.ProcessTarget;

/// <summary>Images as JSON files in a folder, so that another process can read what a test has put there.</summary>
internal sealed class FolderImages(string folder) : IImageReader
{
    public string Add(IReadOnlyDictionary<string, string> files, params string[] entrypoint)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Image(files, entrypoint.Length > 0 ? entrypoint : ["python3", "main.py"]));
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(PathOf(digest), content);
        return digest;
    }

    public async Task<Result<UnpackedImage>> UnpackOwnLayersAsync(string digest, string folder, CancellationToken cancellation)
    {
        if (!File.Exists(PathOf(digest)))
            return ImageErrors.ImageNotFound.With("No such image.");
        var image = JsonSerializer.Deserialize<Image>(await File.ReadAllBytesAsync(PathOf(digest), cancellation))!;
        foreach (var (path, text) in image.Files)
        {
            var target = Path.Combine(folder, "app", path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await File.WriteAllTextAsync(target, text, Encoding.UTF8, cancellation);
        }
        return new UnpackedImage(image.Entrypoint, new Dictionary<string, string> { ["PORT"] = "8080", ["PYTHONUNBUFFERED"] = "1" }, "/app", 8080);
    }

    private string PathOf(string digest) => Path.Combine(folder, digest["sha256:".Length..] + ".json");

    private sealed record Image(IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Entrypoint);
}
