using System.Formats.Tar;
using System.Text.Json.Nodes;
using ProCode.Builds;
using ProCode.Results;

namespace ProCode.Images;

public sealed class ImageUnpackerTests : IDisposable
{
    private const string TarType = "application/vnd.oci.image.layer.v1.tar";
    private static readonly Dictionary<string, string> Own = new() { [Oci.LayerKey] = Oci.SourceLayer };
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public async Task UnpackOwnLayersAsync_BuiltImage_GivesItsSourceAndHowToRunIt()
    {
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        var image = (await ((IImageReader)_images.Unpacker).UnpackOwnLayersAsync(built.Digest, _images["out"], CancellationToken.None)).Value;

        Assert.Equal(["python3", "main.py"], image.Entrypoint);
        Assert.Equal(("/app", 8080, "8080"), (image.WorkingDir, image.Port, image.Env["PORT"]));
        Assert.Equal("print('hello')\n", await File.ReadAllTextAsync(_images["out/app/main.py"]));
        Assert.Equal("main.py", new FileInfo(_images["out/app/now"]).LinkTarget);
        Assert.False(Directory.Exists(_images["out/usr"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(SourceTars.ExecutableMode, File.GetUnixFileMode(_images["out/app/bin/start.sh"]));
            Assert.Equal(SourceTars.FileMode, File.GetUnixFileMode(_images["out/app/main.py"]));
        }
    }

    [Fact]
    public async Task UnpackAsync_AllLayers_GivesTheBaseToo()
    {
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;

        await _images.Unpacker.UnpackAsync(built.Reference, _images["out"], LayerSelection.All, CancellationToken.None);

        Assert.True(File.Exists(_images["out/bin/python3"]));
        Assert.True(File.Exists(_images["out/app/main.py"]));
    }

    [Fact]
    public async Task UnpackOwnLayersAsync_ImageOfAnotherTool_IsRefused()
    {
        await _images.AddBaseAsync();
        var bases = new OciLayoutStore(_images.BasePath, TimeProvider.System);

        var result = await new ImageUnpacker(bases).UnpackOwnLayersAsync(
            (await bases.GetManifestAsync("layout/python:3.11", CancellationToken.None)).Value.Digest, _images["out"], CancellationToken.None);

        Assert.Equal(ImageErrors.ImageDamaged, result.Error?.Code);
    }

    [Fact]
    public async Task UnpackAsync_UnknownOrDamagedImage_LeavesNoFolder()
    {
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;
        var layer = (await _images.ManifestAsync(built.Digest))["layers"]![1]!["digest"]!.GetValue<string>();
        await File.WriteAllTextAsync(_images.BlobPath(layer), "damage");

        Assert.Equal(ImageErrors.ImageDamaged, (await _images.Unpacker.UnpackOwnLayersAsync(built.Digest, _images["out"], CancellationToken.None)).Error?.Code);
        Assert.Equal(ImageErrors.ImageNotFound, (await _images.Unpacker.UnpackOwnLayersAsync("sha256:gone", _images["out"], CancellationToken.None)).Error?.Code);
        Assert.False(Directory.Exists(_images["out"]));
        Assert.False(Directory.Exists(_images["out.partial"]));
    }

    [Fact]
    public async Task UnpackAsync_AfterACrash_StartsAgain()
    {
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;
        Directory.CreateDirectory(_images["out.partial/app"]);
        await File.WriteAllTextAsync(_images["out.partial/app/leftover"], "half");
        Directory.CreateDirectory(_images["out"]);

        Assert.True((await _images.Unpacker.UnpackOwnLayersAsync(built.Digest, _images["out"], CancellationToken.None)).Succeeded);

        Assert.False(File.Exists(_images["out/app/leftover"]));
    }

    [Fact]
    public async Task UnpackAsync_FolderInUse_IsLeftAlone()
    {
        await _images.AddBaseAsync();
        var built = (await _images.NewBuilder().BuildAsync(ImageFixture.Request(() => ImageFixture.Source()), CancellationToken.None)).Value;
        Directory.CreateDirectory(_images["out"]);
        await File.WriteAllTextAsync(_images["out/mine"], "mine");

        await Assert.ThrowsAnyAsync<IOException>(() => _images.Unpacker.UnpackOwnLayersAsync(built.Digest, _images["out"], CancellationToken.None));

        Assert.Equal("mine", await File.ReadAllTextAsync(_images["out/mine"]));
        Assert.False(Directory.Exists(_images["out.partial"]));
    }

    [Fact]
    public async Task UnpackAsync_Whiteouts_HideWhatLowerLayersBrought()
    {
        var lower = SourceTars.Write(
            SourceTars.TextFile("etc/a", "1"), SourceTars.TextFile("etc/b", "1"), SourceTars.TextFile("lib/x/1", "1"), SourceTars.TextFile("lib/y", "1"), SourceTars.TextFile("opt", "1"));
        var upper = SourceTars.Write(
            SourceTars.TextFile("lib/x/2", "2"), SourceTars.TextFile("lib/.wh..wh..opq", string.Empty), SourceTars.TextFile("etc/.wh.a", string.Empty),
            SourceTars.TextFile(".wh.gone", string.Empty), SourceTars.Plain("opt/", TarEntryType.Directory), SourceTars.TextFile("opt/now-a-folder", "2"));

        Assert.True((await UnpackAsync(lower, upper)).Succeeded);

        Assert.Equal(["etc/b", "lib/x/2", "opt/now-a-folder"], FilesBelow(_images["out"]));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../../../..")]
    [InlineData("/../..")]
    public async Task UnpackAsync_FileThroughALinkThatLeadsOut_StaysInTheFolder(string target)
    {
        var result = await UnpackAsync(SourceTars.Write(SourceTars.Link("evil", target), SourceTars.TextFile("evil/escaped", "x")));

        Assert.True(result.Succeeded);
        Assert.Equal("x", await File.ReadAllTextAsync(_images["out/escaped"]));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(_images["out"])!, "escaped")));
    }

    [Fact]
    public async Task UnpackAsync_FileOverALink_ReplacesTheLinkNotItsTarget()
    {
        await File.WriteAllTextAsync(_images["outside"], "untouched");

        await UnpackAsync(SourceTars.Write(SourceTars.Link("evil", _images["outside"])), SourceTars.Write(SourceTars.TextFile("evil", "new")));

        Assert.Equal("untouched", await File.ReadAllTextAsync(_images["outside"]));
        Assert.Equal("new", await File.ReadAllTextAsync(_images["out/evil"]));
    }

    [Fact]
    public async Task UnpackAsync_HardLinkInside_IsACopy()
    {
        await UnpackAsync(SourceTars.Write(SourceTars.TextFile("a/x", "1"), SourceTars.Link("b", "a/x", TarEntryType.HardLink)));

        Assert.Equal("1", await File.ReadAllTextAsync(_images["out/b"]));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("gone")]
    [InlineData("link")]
    public async Task UnpackAsync_HardLinkToAnythingButAFileOfTheImage_IsRefused(string target)
    {
        await File.WriteAllTextAsync(_images["outside"], "secret");

        var result = await UnpackAsync(SourceTars.Write(SourceTars.Link("link", _images["outside"]), SourceTars.Link("b", target, TarEntryType.HardLink)));

        Assert.Equal(ImageErrors.ImageDamaged, result.Error?.Code);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("a/.wh...")]
    public async Task UnpackAsync_PathThatClimbs_IsRefused(string path) =>
        Assert.Equal(ImageErrors.ImageDamaged, (await UnpackAsync(SourceTars.Of((path, "x")))).Error?.Code);

    [Fact]
    public async Task UnpackAsync_LinksInACircle_IsRefused() =>
        Assert.Equal(
            ImageErrors.ImageDamaged,
            (await UnpackAsync(SourceTars.Write(SourceTars.Link("a", "b"), SourceTars.Link("b", "a"), SourceTars.TextFile("a/x", "1")))).Error?.Code);

    private async Task<Result<UnpackedImage>> UnpackAsync(params MemoryStream[] layers)
    {
        var config = new JsonObject { ["rootfs"] = new JsonObject { ["diff_ids"] = new JsonArray() } };
        var digest = await ImageFixture.StoreImageAsync(
            _images.Store, "x:1", config, [.. layers.Select(layer => (layer.ToArray(), TarType, (IReadOnlyDictionary<string, string>?)Own))]);
        return await _images.Unpacker.UnpackOwnLayersAsync(digest, _images["out"], CancellationToken.None);
    }

    private static IEnumerable<string> FilesBelow(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);
}
