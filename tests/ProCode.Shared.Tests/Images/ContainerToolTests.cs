using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ProCode.Builds;
using BaseImage = ProCode.Dev.BaseImage;

namespace ProCode.Images;

/// <summary>What other people's tools say about our images.</summary>
public sealed class ContainerToolTests : IDisposable
{
    private const string Agent =
        """
        import http.server, json, os, sys

        class Agent(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer = json.dumps({"path": self.path, "python": sys.version.split()[0], "prefix": sys.prefix, "uid": os.getuid(), "cwd": os.getcwd(),
                                     "host": os.path.exists("/work") or os.path.exists("/home")}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Agent).serve_forever()
        """;

    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public async Task Skopeo_BuiltImage_InspectsAndCopiesIt()
    {
        ContainerTool.Require("skopeo");
        var tool = new ContainerTool(_images["tool"]);
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        var seen = JsonNode.Parse(await tool.RunAsync("skopeo", "inspect", $"oci:{_images.LayoutPath}:weather:v1.0.0"))!;
        await tool.RunAsync("skopeo", "--insecure-policy", "copy", "--preserve-digests", $"oci:{_images.LayoutPath}:weather:v1.0.0", $"oci:{_images["copy"]}:weather:v1.0.0");

        Assert.Equal(built.Digest, seen["Digest"]!.GetValue<string>());
        Assert.Equal(ImageFixture.CommitId, seen["Labels"]!["org.opencontainers.image.revision"]!.GetValue<string>());
        var copied = await new OciLayoutStore(_images["copy"], TimeProvider.System).GetManifestAsync(built.Digest, CancellationToken.None);
        Assert.True(copied.Succeeded);
    }

    [Fact]
    public async Task Podman_PythonAgent_AnswersFromTheImagesOwnFiles()
    {
        ContainerTool.Require("podman", "runc", "skopeo", "apt-get", "dpkg-deb");
        var made = await BaseImage.EnsurePythonAsync(_images.BasePath, TestContext.Current.CancellationToken);
        Assert.True(made.IsReady, made.Reason);
        var port = FreePort();
        var request = ImageFixture.Request(() => SourceTars.Of(("main.py", Agent))) with { Manifest = new ProjectManifest("Weather", "python3.11", ["python3", "main.py"], port, "/health") };
        var built = (await _images.NewBuilder().BuildAsync(request, CancellationToken.None)).Value;
        await using var tool = new ContainerTool(_images["tool"]);
        await tool.RunAsync("skopeo", "--insecure-policy", "copy", $"oci:{_images.LayoutPath}:weather:v1.0.0", "containers-storage:localhost/weather:v1.0.0");

        var container = (await tool.RunAsync(
            "podman", "--runtime", "runc", "run", "--detach", "--cgroups=enabled", "--network=host", "--read-only", "localhost/weather:v1.0.0")).Trim();
        var answer = JsonNode.Parse(await GetAsync(new Uri($"http://127.0.0.1:{port}/health"), () => tool.RunAsync("podman", "logs", container)))!;

        Assert.True(built.SizeBytes > 1 << 20);
        Assert.Equal(("/health", "/usr", 65532, "/app"), (
            answer["path"]!.GetValue<string>(), answer["prefix"]!.GetValue<string>(), answer["uid"]!.GetValue<int>(), answer["cwd"]!.GetValue<string>()));
        Assert.StartsWith("3.11.", answer["python"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(answer["host"]!.GetValue<bool>());
    }

    [Fact]
    public async Task EnsurePythonAsync_TwiceAndElsewhere_IsTheSameImageMadeOnce()
    {
        ContainerTool.Require("apt-get", "dpkg-deb");
        await BaseImage.EnsurePythonAsync(_images["one"], TestContext.Current.CancellationToken);
        var firstTime = File.GetLastWriteTimeUtc(_images["one/index.json"]);

        var again = await BaseImage.EnsurePythonAsync(_images["one"], TestContext.Current.CancellationToken);
        var elsewhere = await BaseImage.EnsurePythonAsync(_images["two"], TestContext.Current.CancellationToken);

        Assert.True(again.IsReady && elsewhere.IsReady, again.Reason ?? elsewhere.Reason);
        Assert.Equal(firstTime, File.GetLastWriteTimeUtc(_images["one/index.json"]));
        Assert.Equal(await File.ReadAllTextAsync(_images["one/index.json"]), await File.ReadAllTextAsync(_images["two/index.json"]));
        Assert.Equal(["one", "two"], Directory.EnumerateDirectories(Path.GetDirectoryName(_images["one"])!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> GetAsync(Uri url, Func<Task<string>> logs)
    {
        using var client = new HttpClient();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await client.GetStringAsync(url);
            }
            catch (HttpRequestException) when (waited.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20);
            }
            catch (HttpRequestException exception)
            {
                throw new InvalidOperationException(await logs(), exception);
            }
        }
    }
}
