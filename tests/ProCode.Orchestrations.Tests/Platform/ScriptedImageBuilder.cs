using System.Collections.Concurrent;
using System.Security.Cryptography;
using ProCode.Images;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>Builds images in no time: the digest is the source's.</summary>
internal sealed class ScriptedImageBuilder : IImageBuilder
{
    /// <summary>What the next builds meet.</summary>
    public ConcurrentQueue<Func<Error>> Troubles { get; } = new();

    /// <summary>Runs inside every build.</summary>
    public Func<CancellationToken, Task>? WhileBuilding { get; set; }

    /// <summary>The images that were built, each time: of which commit, and their digests.</summary>
    public ConcurrentQueue<(string Commit, string Digest)> Built { get; } = new();

    public async Task<Result<BuiltImage>> BuildAsync(ImageBuildRequest request, CancellationToken cancellation)
    {
        if (Troubles.TryDequeue(out var trouble)) return trouble();
        if (WhileBuilding is { } meanwhile) await meanwhile(cancellation);
        await using var source = await request.OpenSource(cancellation);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(source, cancellation));
        Built.Enqueue((request.CommitId, digest));
        return new BuiltImage($"layout/{request.Repository}:{request.Tag}", $"sha256:{digest}", 1000);
    }
}
