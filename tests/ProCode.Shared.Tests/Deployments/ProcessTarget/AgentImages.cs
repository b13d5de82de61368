using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Apps;
using ProCode.Builds;
using ProCode.Images;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>Images of agents, really built into a layout folder, on an empty base: the process target needs none.</summary>
internal sealed class AgentImages(string layoutPath)
{
    private OciLayoutStore Store => new(layoutPath, TimeProvider.System);

    public IImageReader Reader => new ImageUnpacker(Store);

    /// <summary>Builds one and returns its digest.</summary>
    public async Task<string> AddAsync(IReadOnlyDictionary<string, string> files, params string[] entrypoint)
    {
        var manifest = new ProjectManifest("agent", "python3.11", entrypoint.Length > 0 ? entrypoint : ["python3", "main.py"], 8080, "/health");
        var commitId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files.Values.Concat(entrypoint)))))[..40];
        var source = SourceTars.Of([.. files.Select(file => (file.Key, file.Value))]).ToArray();
        var builder = new LayersImageBuilder(
            Store, new ImageOptions(layoutPath, null, AllowEmptyBase: true), TimeProvider.System, NullLogger<LayersImageBuilder>.Instance);
        var built = await builder.BuildAsync(
            new ImageBuildRequest("agent", "v" + commitId[..12], TechStack.Python, manifest, commitId, _ => Task.FromResult<Stream>(new MemoryStream(source))), default);
        return built.Value.Digest;
    }
}
