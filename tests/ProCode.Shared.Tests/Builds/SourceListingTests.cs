using System.Formats.Tar;
using System.Text;

namespace ProCode.Builds;

public sealed class SourceListingTests
{
    [Fact]
    public async Task ReadAsync_OrdinarySource_ListsFilesAndKeepsTheTwoTexts()
    {
        using var tar = SourceTars.Write(
            SourceTars.Plain("lib/", TarEntryType.Directory), SourceTars.TextFile("procode.yaml", "\uFEFFname: a\n"), SourceTars.TextFile("lib/x.py", "12345"),
            SourceTars.TextFile("./package.json", "{}"), SourceTars.Link("lib/y.py", "../main.py"), SourceTars.TextFile("größe/日本.txt", string.Empty));

        var listing = (await SourceListing.ReadAsync(tar, CancellationToken.None)).Value;

        Assert.Equal(["größe/日本.txt", "lib/x.py", "lib/y.py", "package.json", "procode.yaml"], listing.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(5, listing.Files["lib/x.py"]);
        Assert.Equal("name: a\n", listing.Manifest);
        Assert.Equal("{}", listing.PackageJson);
    }

    [Fact]
    public async Task ReadAsync_OneWayStream_ReadsItInOnePass()
    {
        using var tar = SourceTars.Of(("a.py", new string('x', 100_000)), ("procode.yaml", "port: 9000"), ("z.py", string.Empty));
        await using var oneWay = new OneWayStream(tar);

        var listing = (await SourceListing.ReadAsync(oneWay, CancellationToken.None)).Value;

        Assert.Equal(3, listing.Files.Count);
        Assert.Equal("port: 9000", listing.Manifest);
    }

    public static TheoryData<string, string> UnsafePaths => new()
    {
        { "../x", "leaves" }, { "a/../../x", "leaves" }, { "/etc/passwd", "leaves" }, { "a//b", "leaves" }, { "a/./b", "leaves" },
        { @"a\..\b", "backslash" }, { "a\nb", "control character" }, { ".wh.main.py", ".wh." }, { "lib/.wh..wh..opq", ".wh." },
        { new string('x', 256), "255" }, { string.Join('/', Enumerable.Repeat("long", 300)), "1024" },
    };

    [Theory]
    [MemberData(nameof(UnsafePaths))]
    public async Task ReadAsync_UnsafePath_IsRefusedWithTheReason(string path, string reason)
    {
        using var tar = SourceTars.Of(("main.py", "x"), (path, "x"));

        var error = (await SourceListing.ReadAsync(tar, CancellationToken.None)).Error!;

        Assert.Equal(BuildErrors.SourceInvalid, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../x")]
    [InlineData("a/link", "../../x")]
    [InlineData("a/link", "b/../../../x")]
    [InlineData("a/link", "b/..")]
    [InlineData("link", "")]
    public async Task ReadAsync_LinkThatCouldLeaveTheSource_IsRefused(string path, string target)
    {
        using var tar = SourceTars.Write(target.Length == 0 ? RawLinkWithoutTarget(path) : SourceTars.Link(path, target));

        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(tar, CancellationToken.None)).Error?.Code);

        static TarEntry RawLinkWithoutTarget(string path) => SourceTars.Link(path, "..");
    }

    [Theory]
    [InlineData("a/link", "../x")]
    [InlineData("a/b/link", "../../x/y")]
    [InlineData("link", "a/b")]
    public async Task ReadAsync_LinkInsideTheSource_IsListed(string path, string target)
    {
        using var tar = SourceTars.Write(SourceTars.Link(path, target));

        Assert.Equal([path], (await SourceListing.ReadAsync(tar, CancellationToken.None)).Value.Files.Keys);
    }

    [Theory]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public async Task ReadAsync_AnythingButFilesFoldersAndLinks_IsRefused(TarEntryType type)
    {
        var entry = type is TarEntryType.HardLink ? SourceTars.Link("x", "main.py", type) : SourceTars.Plain("x", type);
        using var tar = SourceTars.Write(SourceTars.TextFile("main.py", "x"), entry);

        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(tar, CancellationToken.None)).Error?.Code);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a", "./a")]
    public async Task ReadAsync_TwoEntriesInOnePlace_IsRefused(string first, string second)
    {
        using var tar = SourceTars.Of((first, "1"), (second, "2"));

        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(tar, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task ReadAsync_FileBelowALink_IsRefused()
    {
        using var tar = SourceTars.Write(SourceTars.Link("a", "b"), SourceTars.TextFile("a/x", "1"));

        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(tar, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task ReadAsync_NotATarOrCutOff_IsRefused()
    {
        using var noise = new MemoryStream(Encoding.UTF8.GetBytes(new string('n', 5000)));
        var whole = SourceTars.Of(("procode.yaml", new string('#', 5000))).ToArray();
        using var cut = new MemoryStream(whole, 0, 2000);
        await using var cutOneWay = new OneWayStream(new MemoryStream(whole, 0, 2000));

        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(noise, CancellationToken.None)).Error?.Code);
        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(cut, CancellationToken.None)).Error?.Code);
        Assert.Equal(BuildErrors.SourceInvalid, (await SourceListing.ReadAsync(cutOneWay, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task ReadAsync_HugeManifest_KeepsJustEnoughToSeeThatItIsTooLarge()
    {
        using var tar = SourceTars.Of(("procode.yaml", new string('#', 1 << 20)));

        var listing = (await SourceListing.ReadAsync(tar, CancellationToken.None)).Value;

        Assert.Equal((64 * 1024) + 1, listing.Manifest!.Length);
    }

    /// <summary>A network stream: it can't be sought and gives what it likes.</summary>
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 777));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
