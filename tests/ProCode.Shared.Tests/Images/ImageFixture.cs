using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Apps;
using ProCode.Builds;

namespace ProCode.Images;

/// <summary>A store, a builder and a base layout with a tiny <c>python:3.11</c>, in a folder of its own.</summary>
internal sealed class ImageFixture : IDisposable
{
    public const string CommitId = "1f2d3c4b5a69788796a5b4c3d2e1f00112233445";
    private readonly TestFolder _folder = new();

    public ImageFixture()
    {
        Store = new OciLayoutStore(LayoutPath, TimeProvider.System);
        Unpacker = new ImageUnpacker(Store);
    }

    public string LayoutPath => _folder["layout"];

    public string BasePath => _folder["base"];

    public OciLayoutStore Store { get; }

    public ImageUnpacker Unpacker { get; }

    public string this[string name] => _folder[name];

    /// <summary>A builder over the same folder that knows nothing of the others: another process, as far as files go.</summary>
    public LayersImageBuilder NewBuilder(bool allowEmptyBase = false) => new(
        new OciLayoutStore(LayoutPath, TimeProvider.System), new ImageOptions(LayoutPath, BasePath, allowEmptyBase), TimeProvider.System, NullLogger<LayersImageBuilder>.Instance);

    public static ImageBuildRequest Request(Func<Stream> source, string repository = "weather", string tag = "v1.0.0") => new(
        repository, tag, TechStack.Python, new ProjectManifest("Weather", "python3.11", ["python3", "main.py"], 8080, "/health"), CommitId,
        _ => Task.FromResult(source()));

    public static MemoryStream Source(string text = "print('hello')\n") => SourceTars.Write(
        SourceTars.TextFile("bin/start.sh", "#!/bin/sh\n", SourceTars.ExecutableMode), SourceTars.TextFile("main.py", text), SourceTars.Link("now", "main.py"));

    /// <summary>Stores a base image with one layer and a config as a registry's would have it.</summary>
    public async Task AddBaseAsync(string name = "python:3.11")
    {
        var bases = new OciLayoutStore(BasePath, TimeProvider.System);
        var layer = SourceTars.Write(
            SourceTars.TextFile("usr/bin/python3", "#!python", SourceTars.ExecutableMode), SourceTars.Link("bin", "usr/bin"),
            SourceTars.TextFile("etc/old", "from the base")).ToArray();
        var config = new JsonObject
        {
            ["architecture"] = "arm64",
            ["os"] = "linux",
            ["variant"] = "v8",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin", "PORT=1"), ["Cmd"] = new JsonArray("python3"), ["Labels"] = new JsonObject { ["base"] = "kept" } },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(DigestOf(layer)) },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "the base" }),
        };
        await StoreImageAsync(bases, name, config, (layer, "application/vnd.oci.image.layer.v1.tar", null));
    }

    /// <summary>Stores an image of any layers, as other tools might have made it.</summary>
    public static async Task<string> StoreImageAsync(
        OciLayoutStore store, string name, JsonObject config, params (byte[] Content, string MediaType, IReadOnlyDictionary<string, string>? Marks)[] layers)
    {
        var descriptors = new JsonArray();
        foreach (var (content, mediaType, marks) in layers)
        {
            var descriptor = Oci.Describe(mediaType, content);
            Assert.True((await store.PutBlobAsync(descriptor, new MemoryStream(content), CancellationToken.None)).Succeeded);
            descriptors.Add(System.Text.Json.JsonSerializer.SerializeToNode(descriptor with { Annotations = marks }, Oci.Json));
        }
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        var configDescriptor = Oci.Describe(Oci.ConfigType, bytes);
        await store.PutBlobAsync(configDescriptor, new MemoryStream(bytes), CancellationToken.None);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["config"] = System.Text.Json.JsonSerializer.SerializeToNode(configDescriptor, Oci.Json),
            ["layers"] = descriptors,
        };
        var parts = name.Split(':');
        return await store.PutManifestAsync(parts[0], parts[1], Encoding.UTF8.GetBytes(manifest.ToJsonString()), CancellationToken.None);
    }

    /// <summary>Every file of the layout with its time, so that a write of any kind shows.</summary>
    public IReadOnlyDictionary<string, DateTime> LayoutFiles() => Directory.EnumerateFiles(LayoutPath, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    public async Task<JsonNode> ManifestAsync(string digest) => JsonNode.Parse((await Store.GetManifestAsync(digest, CancellationToken.None)).Value.Content.Span)!;

    public async Task<JsonNode> ConfigAsync(string digest)
    {
        var path = (await ManifestAsync(digest))["config"]!["digest"]!.GetValue<string>();
        return JsonNode.Parse(await File.ReadAllBytesAsync(BlobPath(path)))!;
    }

    public string BlobPath(string digest) => Path.Combine(LayoutPath, "blobs", "sha256", digest["sha256:".Length..]);

    public static string DigestOf(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose() => _folder.Dispose();
}
