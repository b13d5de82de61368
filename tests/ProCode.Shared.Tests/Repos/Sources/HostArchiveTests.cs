using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ProCode.Repos;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Tests.Repos.Sources;

/// <summary>Archives that no honest host makes, and broken ones.</summary>
public sealed class HostArchiveTests
{
    [Theory]
    [InlineData("top/../outside")]
    [InlineData("top/a/../../../outside")]
    [InlineData("top/a/./b")]
    [InlineData("top//etc/passwd")]
    [InlineData("top/.git/config")]
    [InlineData("top/a/.GIT/hooks/post-checkout")]
    [InlineData("top/a\\..\\b")]
    [InlineData("/etc/passwd")]
    [InlineData("other/file")]
    [InlineData("file-beside-the-folder")]
    [InlineData("top/\uFFFD")]
    public async Task NormalizeAsync_UnsafePath_IsSourceUnsafe(string path)
    {
        var error = await ErrorAsync(File("top/README"), File(path));

        Assert.Equal(GitErrors.SourceUnsafe, error.Code);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("link")]
    public async Task NormalizeAsync_LinkOutOfTheTree_IsSourceUnsafe(string target)
    {
        var error = await ErrorAsync(File("top/README"), Link("top/link", target));

        Assert.Equal(GitErrors.SourceUnsafe, error.Code);
    }

    [Fact]
    public async Task NormalizeAsync_LinkOfMoreThan4096Characters_IsSourceUnsafe() =>
        Assert.Equal(GitErrors.SourceUnsafe, (await ErrorAsync(Link("top/link", string.Concat(Enumerable.Repeat("a/", 2049))))).Code);

    [Fact]
    public async Task NormalizeAsync_FileInALink_IsSourceUnsafe() =>
        Assert.Equal(GitErrors.SourceUnsafe, (await ErrorAsync(File("top/real/x"), Link("top/link", "real"), File("top/link/deep/x"))).Code);

    [Fact]
    public async Task NormalizeAsync_LinkWhereAFolderIs_IsSourceUnsafe() =>
        Assert.Equal(GitErrors.SourceUnsafe, (await ErrorAsync(File("top/real/x"), File("top/link/x"), Link("top/link", "real"))).Code);

    [Fact]
    public async Task NormalizeAsync_SamePathTwice_IsSourceUnsafe() =>
        Assert.Equal(GitErrors.SourceUnsafe, (await ErrorAsync(File("top/x"), File("top/x"))).Code);

    [Theory]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public async Task NormalizeAsync_NeitherFileNorFolderNorLink_IsSourceUnsafe(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "top/special");
        if (type == TarEntryType.HardLink) entry.LinkName = "top/README";

        Assert.Equal(GitErrors.SourceUnsafe, (await ErrorAsync(File("top/README"), entry)).Code);
    }

    [Fact]
    public async Task NormalizeAsync_MoreBytesOrEntriesThanAllowed_IsSourceTooLarge()
    {
        var (large, many) = (Tar(File("top/big", new string('x', 5000))), Tar([.. Enumerable.Range(0, 11).Select(i => File($"top/f{i}"))]));

        Assert.Equal(GitErrors.SourceTooLarge, (await NormalizeAsync(Zip(large), new SourceLimits { Bytes = 4999 })).Error!.Code);
        Assert.Equal(GitErrors.SourceTooLarge, (await NormalizeAsync(Zip(many), new SourceLimits { Entries = 10 })).Error!.Code);
        await using var fits = (await NormalizeAsync(Zip(large), new SourceLimits { Bytes = 5000 })).Value;
        await using var fitsToo = (await NormalizeAsync(Zip(many), new SourceLimits { Entries = 11 })).Value;
    }

    [Fact]
    public async Task NormalizeAsync_GzipBomb_IsSourceTooLargeBeforeItIsUnpacked()
    {
        // 400 MB of zeros in 400 KB: what the file says about itself is not asked.
        using var bomb = new MemoryStream();
        await using (var zip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 400; i++) await zip.WriteAsync(zeros);
        }

        bomb.Position = 0;
        var counted = new CountedStream(bomb);

        var error = (await HostArchive.NormalizeAsync(counted, new SourceLimits { Bytes = 1 << 20, Entries = 10 }, default)).Error!;

        Assert.Equal(GitErrors.SourceTooLarge, error.Code);
        Assert.True(counted.BytesRead < bomb.Length / 2, $"{counted.BytesRead} of {bomb.Length} bytes were read");
    }

    [Fact]
    public async Task NormalizeAsync_CutAnywhere_IsUnavailableAndNeverAPartOfTheSource()
    {
        var tar = Tar(File("top/a", "a"), File("top/b", new string('b', 3000)));
        var zip = Zip(tar);

        for (var length = 0; length < zip.Length; length++)
        {
            var cut = await NormalizeAsync(zip[..length]);
            if (!cut.Succeeded)
            {
                Assert.Equal(GitErrors.HostUnavailable, cut.Error.Code);
                continue;
            }

            // Only the checksum is missing, which the library then doesn't ask for.
            await using (cut.Value) Assert.InRange(length, zip.Length - 9, zip.Length - 1);
        }

        // The zip is whole, the tar is not; at a border between two entries too.
        for (var blocks = 0; blocks < tar.Length / 512; blocks++)
        {
            var cut = await NormalizeAsync(Zip(tar[..(blocks * 512)]));
            if (cut.Succeeded) await cut.Value.DisposeAsync();
            Assert.True(cut.Error?.Code == GitErrors.HostUnavailable, $"cut to {blocks} blocks: {cut.Error?.Message ?? "no error"}");
        }
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("")]
    public async Task NormalizeAsync_NoArchive_IsUnavailable(string body)
    {
        Assert.Equal(GitErrors.HostUnavailable, (await NormalizeAsync(Encoding.UTF8.GetBytes(body))).Error!.Code);
        Assert.Equal(GitErrors.HostUnavailable, (await NormalizeAsync(Zip(Encoding.UTF8.GetBytes(body)))).Error!.Code);
    }

    private static PaxTarEntry File(string path, string text = "x") => new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static GnuTarEntry Link(string path, string target) => new(TarEntryType.SymbolicLink, path) { LinkName = target };

    private static byte[] Tar(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }

        return bytes.ToArray();
    }

    private static byte[] Zip(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress)) zip.Write(tar);
        return bytes.ToArray();
    }

    private static Task<Result<FileStream>> NormalizeAsync(byte[] zip, SourceLimits? limits = null) =>
        HostArchive.NormalizeAsync(new MemoryStream(zip), limits ?? new SourceLimits(), default);

    private static async Task<Error> ErrorAsync(params TarEntry[] entries)
    {
        var result = await NormalizeAsync(Zip(Tar(entries)));
        if (result.Succeeded) await result.Value.DisposeAsync();
        return result.Error ?? throw new InvalidOperationException("It was taken.");
    }

    private sealed class CountedStream(Stream inner) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
