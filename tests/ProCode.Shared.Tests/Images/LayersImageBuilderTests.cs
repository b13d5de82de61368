using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json.Nodes;
using ProCode.Apps;
using ProCode.Builds;

namespace ProCode.Images;

public sealed class LayersImageBuilderTests : IDisposable
{
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public async Task BuildAsync_OnABase_MakesTheImageTheDockerfileDescribes()
    {
        await _images.AddBaseAsync();

        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        Assert.Equal("layout/weather:v1.0.0", built.Reference);
        var manifest = await _images.ManifestAsync(built.Digest);
        Assert.Equal("application/vnd.oci.image.manifest.v1+json", manifest["mediaType"]!.GetValue<string>());
        Assert.Equal(2, manifest["layers"]!.AsArray().Count);
        Assert.Null(manifest["layers"]![0]!["annotations"]);
        Assert.Equal("source", manifest["layers"]![1]!["annotations"]!["dev.procode.layer"]!.GetValue<string>());
        Assert.Equal(ImageFixture.CommitId, manifest["annotations"]!["org.opencontainers.image.revision"]!.GetValue<string>());
        Assert.Equal("python:3.11", manifest["annotations"]!["org.opencontainers.image.base.name"]!.GetValue<string>());

        var root = await _images.ConfigAsync(built.Digest);
        Assert.Equal(("arm64", "v8", "1970-01-01T00:00:00Z"), (Text(root["architecture"]), Text(root["variant"]), Text(root["created"])));
        Assert.Equal(2, root["rootfs"]!["diff_ids"]!.AsArray().Count);
        Assert.Equal(2, root["history"]!.AsArray().Count);
        var config = root["config"]!;
        Assert.Equal(["PATH=/usr/bin", "PORT=8080", "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"], config["Env"]!.AsArray().Select(Text));
        Assert.Equal(["python3", "main.py"], config["Entrypoint"]!.AsArray().Select(Text));
        Assert.Null(config["Cmd"]);
        Assert.Equal(("/app", "65532:65532"), (Text(config["WorkingDir"]), Text(config["User"])));
        Assert.NotNull(config["ExposedPorts"]!["8080/tcp"]);
        Assert.Equal("kept", Text(config["Labels"]!["base"]));
        var dockerfile = DockerfileWriter.Write(ImageFixture.Request(() => ImageFixture.Source()).Manifest, TechStack.Python, "python:3.11", ImageFixture.CommitId);
        foreach (var label in config["Labels"]!.AsObject().Where(label => label.Key != "base"))
            Assert.Contains($"LABEL {label.Key}=\"{Text(label.Value)}\"", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_FixedInput_GivesTheGoldenDigest()
    {
        await _images.AddBaseAsync();

        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => GoldenSource()), CancellationToken.None)).Value;

        // Changes only when what is built is meant to change. If a new runtime or package changes it, images stop being reproducible.
        Assert.Equal("sha256:4fb6a7a24420ecb6b629d59501034f218f509ae12c891b9eb3305e99fcb91eee", built.Digest);
    }

    [Fact]
    public async Task BuildAsync_ShuffledTarWithOtherTimesOwnersAndFormat_GivesTheSameDigest()
    {
        using var other = new ImageFixture();
        await _images.AddBaseAsync();
        await other.AddBaseAsync();
        TarEntry[] entries =
        [
            new PaxTarEntry(TarEntryType.RegularFile, "main.py") { DataStream = new MemoryStream("print('hello')\n"u8.ToArray()), Mode = SourceTars.FileMode | UnixFileMode.GroupWrite, Uid = 1000, UserName = "me" },
            new PaxTarEntry(TarEntryType.Directory, "bin/") { Mode = UnixFileMode.UserRead, Gid = 7 },
            new PaxTarEntry(TarEntryType.SymbolicLink, "now") { LinkName = "main.py" },
            new PaxTarEntry(TarEntryType.RegularFile, "bin/start.sh") { DataStream = new MemoryStream("#!/bin/sh\n"u8.ToArray()), Mode = SourceTars.FileMode | UnixFileMode.UserExecute },
        ];

        var here = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;
        var there = (await other.NewBuilder().BuildAsync(ImageFixture.Request(() => SourceTars.Write(entries)), CancellationToken.None)).Value;

        Assert.Equal(here, there);
    }

    [Fact]
    public async Task BuildAsync_OtherTimeZoneUmaskAndLocale_GivesTheSameDigest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no umask here.");
        // The golden test, in a process of its own that lives elsewhere.
        string[] golden = [typeof(ImageFixture).Assembly.Location, "-method", $"*.{nameof(BuildAsync_FixedInput_GivesTheGoldenDigest)}"];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 077; exec dotnet \"$@\"", "sh", .. golden])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = "Pacific/Kiritimati", ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8", ["HOME"] = _images["home"], ["USER"] = "someone" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1,", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_ASecondTime_WritesNothing()
    {
        await _images.AddBaseAsync();
        var first = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;
        var before = _images.LayoutFiles();

        var second = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        Assert.Equal(first with { BaseLayersReused = 1 }, second);
        Assert.Equal(before, _images.LayoutFiles());
    }

    [Fact]
    public async Task BuildAsync_TenAtOnce_StoresAll()
    {
        await _images.AddBaseAsync();
        var builders = Enumerable.Range(0, 3).Select(_ => _images.NewBuilder()).ToArray();

        var built = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Task.Run(() =>
            builders[n % 3].BuildAsync(ImageFixture.Request(() => ImageFixture.Source($"print({n})\n"), "weather", $"v{n}"), CancellationToken.None))));

        Assert.Equal(10, built.Select(result => result.Value.Digest).Distinct().Count());
        foreach (var result in built)
            Assert.Equal(result.Value.Digest, (await _images.Store.GetManifestAsync(result.Value.Reference, CancellationToken.None)).Value.Digest);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_images.LayoutPath, "ingest")));
    }

    [Fact]
    public async Task BuildAsync_NoBase_IsRefusedAndStoresNothing()
    {
        var result = await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None);

        Assert.Equal(ImageErrors.BaseImageMissing, result.Error?.Code);
        Assert.False(Directory.Exists(_images.LayoutPath));
    }

    [Fact]
    public async Task BuildAsync_NoBaseButAllowed_BuildsOnNothing()
    {
        var built = (await _images.NewBuilder(allowEmptyBase: true).BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        Assert.Single((await _images.ManifestAsync(built.Digest))["layers"]!.AsArray());
        Assert.True((await _images.Unpacker.UnpackAsync(built.Reference, _images["out"], LayerSelection.All, CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task BuildAsync_DamagedBaseLayer_IsFoundOutAndNamesNoImage()
    {
        await _images.AddBaseAsync();
        var layer = new DirectoryInfo(Path.Combine(_images.BasePath, "blobs", "sha256")).EnumerateFiles().MaxBy(file => file.Length)!;
        var bytes = await File.ReadAllBytesAsync(layer.FullName);
        bytes[^1000] ^= 1;
        await File.WriteAllBytesAsync(layer.FullName, bytes);

        var result = await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None);

        Assert.Equal(ImageErrors.ImageDamaged, result.Error?.Code);
        Assert.False(File.Exists(Path.Combine(_images.LayoutPath, "index.json")));
    }

    [Theory]
    [InlineData("../main.py")]
    [InlineData(".wh.etc")]
    [InlineData("/main.py")]
    public async Task BuildAsync_UnsafeSource_IsRefused(string path)
    {
        await _images.AddBaseAsync();

        var result = await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => SourceTars.Of((path, "x"))), CancellationToken.None);

        Assert.Equal(BuildErrors.SourceInvalid, result.Error?.Code);
        Assert.False(File.Exists(Path.Combine(_images.LayoutPath, "index.json")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(1400)]
    [InlineData(2048)]
    [InlineData(2560)]
    public async Task BuildAsync_SourceCutOff_IsRefused(int length)
    {
        await _images.AddBaseAsync();
        var whole = SourceTars.Of(("a.py", "1"), ("main.py", new string('x', 400))).ToArray();
        Assert.Equal(3072, whole.Length);

        var result = await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => new MemoryStream(whole, 0, length)), CancellationToken.None);

        Assert.Equal(BuildErrors.SourceInvalid, result.Error?.Code);
        Assert.False(File.Exists(Path.Combine(_images.LayoutPath, "index.json")));
    }

    /// <summary>Long names, an empty file, a large file, accents: what writers of tars disagree on.</summary>
    private static MemoryStream GoldenSource() => SourceTars.Write(
        SourceTars.TextFile("main.py", "print('hello')\n"), SourceTars.TextFile("run.sh", "#!/bin/sh\n", SourceTars.ExecutableMode), SourceTars.TextFile("empty", string.Empty),
        SourceTars.TextFile("größe/日本.txt", "ü"), SourceTars.TextFile($"deep/{new string('d', 90)}/{new string('f', 120)}.txt", "long"),
        SourceTars.TextFile("numbers.txt", string.Join('\n', Enumerable.Range(0, 50_000))), SourceTars.Link("deep/link", "../main.py"));

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
