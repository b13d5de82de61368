using System.Text;
using System.Text.Json.Nodes;

namespace ProCode.Images;

public sealed class OciLayoutStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OciLayoutStore _store;

    public OciLayoutStoreTests() => _store = new OciLayoutStore(_folder["layout"], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PutBlobAsync_NewBlob_CanBeReadBack()
    {
        var blob = await PutAsync("content");

        Assert.True(await _store.HasBlobAsync(blob, CancellationToken.None));
        await using var stream = (await _store.OpenBlobAsync(blob, CancellationToken.None)).Value;
        Assert.Equal("content", await new StreamReader(stream).ReadToEndAsync());
        Assert.Empty(Directory.EnumerateFiles(_folder["layout/ingest"]));
        Assert.Equal("1.0.0", JsonNode.Parse(await File.ReadAllTextAsync(_folder["layout/oci-layout"]))!["imageLayoutVersion"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("other!!")]
    [InlineData("short")]
    [InlineData("far too long")]
    public async Task PutBlobAsync_ContentThatIsNotTheDigests_StoresNothing(string content)
    {
        var blob = Oci.Describe(Oci.ConfigType, "content"u8);

        var result = await _store.PutBlobAsync(blob, new MemoryStream(Encoding.UTF8.GetBytes(content)), CancellationToken.None);

        Assert.Equal(ImageErrors.ImageDamaged, result.Error?.Code);
        Assert.False(await _store.HasBlobAsync(blob, CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(_folder["layout/ingest"]));
    }

    [Fact]
    public async Task PutBlobAsync_SourceThatFails_LeavesNothing()
    {
        var blob = Oci.Describe(Oci.ConfigType, "content"u8);

        await Assert.ThrowsAsync<IOException>(() => _store.PutBlobAsync(blob, new BrokenStream(), CancellationToken.None));

        Assert.False(await _store.HasBlobAsync(blob, CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(_folder["layout/ingest"]));
    }

    [Fact]
    public async Task OpenBlobAsync_DamagedBlob_IsFoundOut()
    {
        var blob = await PutAsync("content");
        await File.WriteAllTextAsync(PathOf(blob), "c0ntent");

        Assert.Equal(ImageErrors.ImageDamaged, (await _store.OpenBlobAsync(blob, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task PutBlobAsync_BlobCutShortByAPowerLoss_IsWrittenAgain()
    {
        var blob = await PutAsync("content");
        await File.WriteAllTextAsync(PathOf(blob), string.Empty);
        Assert.False(await _store.HasBlobAsync(blob, CancellationToken.None));

        await PutAsync("content");

        Assert.True((await _store.OpenBlobAsync(blob, CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task GetManifestAsync_DamagedManifest_IsFoundOut()
    {
        var digest = await _store.PutManifestAsync("a", "1", "{}"u8.ToArray(), CancellationToken.None);
        await File.WriteAllTextAsync(_folder[$"layout/blobs/sha256/{digest[7..]}"], "[]");

        Assert.Equal(ImageErrors.ImageDamaged, (await _store.GetManifestAsync("layout/a:1", CancellationToken.None)).Error?.Code);
    }

    [Theory]
    [InlineData("layout/a:2")]
    [InlineData("a:1")]
    [InlineData("other/a:1")]
    [InlineData("")]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task GetManifestAsync_UnknownReference_IsNotFound(string reference)
    {
        await _store.PutManifestAsync("a", "1", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal(ImageErrors.ImageNotFound, (await _store.GetManifestAsync(reference, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task PutManifestAsync_TagMoved_FindsTheNewOneAndKeepsTheOld()
    {
        var first = await _store.PutManifestAsync("a", "1", "{}"u8.ToArray(), CancellationToken.None);
        var second = await _store.PutManifestAsync("a", "1", "[]"u8.ToArray(), CancellationToken.None);

        Assert.Equal(second, (await _store.GetManifestAsync("layout/a:1", CancellationToken.None)).Value.Digest);
        Assert.Equal(first, (await _store.GetManifestAsync(first, CancellationToken.None)).Value.Digest);
        Assert.Single(IndexedNames());
    }

    [Fact]
    public async Task PutManifestAsync_ManyStoresOverOneFolder_IndexesAllOfThem()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => new OciLayoutStore(_folder["layout"], TimeProvider.System)).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, cancellation) =>
            await stores[n % 4].PutManifestAsync("a", $"{n:00}", Encoding.UTF8.GetBytes($"{{\"n\":{n % 7}}}"), cancellation));

        Assert.Equal(Enumerable.Range(0, 40).Select(n => $"a:{n:00}"), IndexedNames());
    }

    [Fact]
    public async Task PutBlobAsync_TheSameBlobFromManyWriters_IsWhole()
    {
        var content = new string('x', 1 << 20);
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, _) => await PutAsync(content));

        Assert.True((await _store.OpenBlobAsync(Oci.Describe(Oci.ConfigType, Encoding.UTF8.GetBytes(content)), CancellationToken.None)).Succeeded);
        Assert.Empty(Directory.EnumerateFiles(_folder["layout/ingest"]));
    }

    [Fact]
    public async Task PutManifestAsync_FieldsOfOtherTools_AreKept()
    {
        await PutAsync("content");
        await File.WriteAllTextAsync(
            _folder["layout/index.json"],
            """{"schemaVersion":2,"manifests":[{"mediaType":"m","digest":"sha256:1","size":1,"platform":{"os":"linux"}}],"annotations":{"by":"skopeo"}}""");

        await _store.PutManifestAsync("a", "1", "{}"u8.ToArray(), CancellationToken.None);

        var index = JsonNode.Parse(await File.ReadAllTextAsync(_folder["layout/index.json"]))!;
        Assert.Equal("skopeo", index["annotations"]!["by"]!.GetValue<string>());
        Assert.Equal("linux", index["manifests"]![0]!["platform"]!["os"]!.GetValue<string>());
        Assert.Equal("a:1", index["manifests"]![1]!["annotations"]![Oci.RefName]!.GetValue<string>());
    }

    [Fact]
    public async Task PutBlobAsync_AfterACrash_IgnoresHalfWrittenFilesAndRemovesOldOnes()
    {
        Directory.CreateDirectory(_folder["layout/ingest"]);
        await File.WriteAllTextAsync(_folder["layout/ingest/old"], "half");
        await File.WriteAllTextAsync(_folder["layout/ingest/new"], "half");
        File.SetLastWriteTimeUtc(_folder["layout/ingest/old"], TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));

        var blob = await PutAsync("content");

        Assert.True((await _store.OpenBlobAsync(blob, CancellationToken.None)).Succeeded);
        Assert.Equal(["new"], Directory.EnumerateFiles(_folder["layout/ingest"]).Select(Path.GetFileName));
    }

    private async Task<OciDescriptor> PutAsync(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var blob = Oci.Describe(Oci.ConfigType, bytes);
        Assert.True((await _store.PutBlobAsync(blob, new MemoryStream(bytes), CancellationToken.None)).Succeeded);
        return blob;
    }

    private string PathOf(OciDescriptor blob) => _folder[$"layout/blobs/sha256/{blob.Digest[7..]}"];

    private IEnumerable<string> IndexedNames() => JsonNode.Parse(File.ReadAllText(_folder["layout/index.json"]))!["manifests"]!.AsArray()
        .Select(manifest => manifest!["annotations"]![Oci.RefName]!.GetValue<string>());

    private sealed class BrokenStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("the network went away");
    }
}
