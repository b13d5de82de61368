using System.Security.Cryptography;
using System.Text;
using ProCode.Images;
using ProCode.Results;

namespace ProCode.PipelineBench;

/// <summary>Names an image and builds nothing.</summary>
internal sealed class InstantImageBuilder : IImageBuilder
{
    public Task<Result<BuiltImage>> BuildAsync(ImageBuildRequest request, CancellationToken cancellation)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Repository} {request.CommitId}")));
        return Task.FromResult<Result<BuiltImage>>(new BuiltImage($"layout/{request.Repository}:{request.Tag}", $"sha256:{digest}", 1000));
    }
}
