using Azure.Containers.ContainerRegistry;
using Azure.Core;
using ProCode.Testing;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Blobs on their way out of a registry, and their end.</summary>
public sealed class RegistryDownloadTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobContent_Blob_IsWhatWasUploadedAndFetchedFromElsewhere(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(100_000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;

        var downloaded = await client.DownloadAsync(async, digest);

        Assert.Equal((digest, 200), (downloaded.Value.Digest, downloaded.GetRawResponse().Status));
        Assert.Equal(content, downloaded.Value.Content.ToArray());
        Assert.StartsWith("/storage/", front.RequestsOf(client.RepositoryName)[^1].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_Blob_IsReadWhileItArrives(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var content = Random(200_000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;

        using var result = (await client.OpenAsync(async, digest)).Value;

        Assert.Equal((digest, false), (result.Digest, result.Content.CanSeek));
        Assert.Equal(content, await ReadAsync(async, result.Content));
        result.Dispose();
        Assert.ThrowsAny<Exception>(() => result.Content.ReadByte());
    }

    [Theory]
    [InlineData(1, "bytes=0-4194303")]
    [InlineData(Chunk, "bytes=0-4194303")]
    [InlineData(Chunk + 1, "bytes=0-4194303, bytes=4194304-4194304")]
    public async Task DownloadBlobTo_AnySize_ComesInChunksOf4MiB(int size, string ranges)
    {
        foreach (var async in new[] { false, true })
        {
            var (front, client) = await NewRepositoryAsync();
            var content = Random(size);
            var digest = (await client.UploadAsync(async, content)).Value.Digest;
            var destination = new MemoryStream();

            var response = await client.DownloadToAsync(async, digest, destination);

            Assert.Equal(206, response.Status);
            Assert.Equal(content, destination.ToArray());
            Assert.Equal(ranges, string.Join(", ", front.RequestsOf(client.RepositoryName).Where(Asked).Select(request => request.Range)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobTo_AFile_WritesItAnew(bool async)
    {
        using var folder = new TestFolder();
        var (_, client) = await NewRepositoryAsync();
        var content = Random(1000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;
        await File.WriteAllBytesAsync(folder["blob"], Random(2000));

        await client.DownloadToAsync(async, digest, folder["blob"]);

        Assert.Equal(content, await File.ReadAllBytesAsync(folder["blob"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_ContentIsDamaged_ThrowsInEveryWay(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(200_000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;
        var file = front.Registry.FileOf(digest);
        content[500] ^= 1;
        await File.WriteAllBytesAsync(file, content);
        using var opened = (await client.OpenAsync(async, digest)).Value;

        await RefusedAsync(200, null, () => client.DownloadAsync(async, digest));
        await RefusedAsync(200, null, () => client.DownloadToAsync(async, digest, new MemoryStream()));
        await RefusedAsync(200, null, () => ReadAsync(async, opened.Content));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_Missing_IsBlobUnknown(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        await client.UploadAsync(async, Random(10));

        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DownloadAsync(async, NoDigest()));
        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.OpenAsync(async, NoDigest()));
        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DownloadToAsync(async, NoDigest(), new MemoryStream()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_Empty_IsRefused(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var digest = (await client.UploadAsync(async, new MemoryStream())).Value.Digest;

        await RefusedAsync(200, null, () => client.DownloadAsync(async, digest));
        await RefusedAsync(200, null, () => client.OpenAsync(async, digest));
        await RefusedAsync(416, null, () => client.DownloadToAsync(async, digest, new MemoryStream()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_ConnectionBreaks_GoesOnWhereItWas(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(300_000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.CutOff, "GET", times: 2, bytes: 100_000));

        using var result = (await client.OpenAsync(async, digest)).Value;

        Assert.Equal(content, await ReadAsync(async, result.Content));
        Assert.Equal(["", "bytes=100000-", "bytes=200000-"], front.RequestsOf(client.RepositoryName).Where(Asked).Select(request => request.Range));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_ConnectionBreaksAgainAndAgain_EndsInAllFailures(bool async)
    {
        var (front, client) = await NewRepositoryAsync(maxRetries: 2);
        var digest = (await client.UploadAsync(async, Random(300_000))).Value.Digest;
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.CutOff, "GET", times: 3, bytes: 10));

        using var result = (await client.OpenAsync(async, digest)).Value;

        var exception = await Assert.ThrowsAsync<AggregateException>(() => ReadAsync(async, result.Content));
        Assert.Equal(3, exception.InnerExceptions.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_ConnectionStalls_GoesOnWhereItWas(bool async)
    {
        var (front, pusher) = await NewRepositoryAsync();
        var content = Random(300_000);
        var digest = (await pusher.UploadAsync(async, content)).Value.Digest;
        var options = front.Options();
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2);
        var client = new ContainerRegistryContentClient(front.Endpoint, pusher.RepositoryName, options);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.Stalled, "GET", bytes: 100_000));

        using var result = (await client.OpenAsync(async, digest)).Value;

        Assert.Equal(content, await ReadAsync(async, result.Content));
        Assert.Contains("bytes=100000-", front.RequestsOf(client.RepositoryName).Where(Asked).Select(request => request.Range));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_RestComesInParts_AsksForTheNext(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(300_000);
        var digest = (await client.UploadAsync(async, content)).Value.Digest;
        front.Fail(
            client.RepositoryName, new FrontFault(FaultKind.CutOff, "GET", bytes: 100_000), new FrontFault(FaultKind.ShortPart, "GET", after: 1, bytes: 50_000));

        using var result = (await client.OpenAsync(async, digest)).Value;

        Assert.Equal(content, await ReadAsync(async, result.Content));
        Assert.Equal(["", "bytes=100000-", "bytes=150000-"], front.RequestsOf(client.RepositoryName).Where(Asked).Select(request => request.Range));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobStreaming_RestIsTooLong_IsRefused(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var digest = (await client.UploadAsync(async, Random(300_000))).Value.Digest;
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.CutOff, "GET", bytes: 100_000), new FrontFault(FaultKind.TooLong, "GET", after: 1, bytes: 10));

        using var result = (await client.OpenAsync(async, digest)).Value;

        await RefusedAsync(200, null, () => ReadAsync(async, result.Content));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobTo_MoreThanAskedFor_IsRefusedAndItsAnswerClosed(bool async)
    {
        var (front, pusher) = await NewRepositoryAsync();
        var digest = (await pusher.UploadAsync(async, Random(Chunk))).Value.Digest;
        var options = front.Options();
        var watch = new ContentWatch(status: 206);
        options.AddPolicy(watch, HttpPipelinePosition.PerRetry);
        var client = new ContainerRegistryContentClient(front.Endpoint, pusher.RepositoryName, options);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.TooLong, "GET", bytes: 1));

        await RefusedAsync(206, null, () => client.DownloadToAsync(async, digest, new MemoryStream()));

        Assert.True(Assert.Single(watch.Contents).IsDisposed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadBlobTo_ConnectionBreaks_Throws(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var digest = (await client.UploadAsync(async, Random(300_000))).Value.Digest;
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.CutOff, "GET", bytes: 10));

        await Assert.ThrowsAnyAsync<IOException>(() => client.DownloadToAsync(async, digest, new MemoryStream()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_Canceled_Throws(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var digest = (await client.UploadAsync(async, Random(100))).Value.Digest;
        var canceled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.DownloadAsync(async, digest, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.OpenAsync(async, digest, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.DownloadToAsync(async, digest, new MemoryStream(), canceled));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteBlob_BlobAndThenNone_Is202AndThenBlobUnknown(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var digest = (await client.UploadAsync(async, Random(100))).Value.Digest;

        Assert.Equal(202, (await client.DeleteBlobAsync(async, digest)).Status);

        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DownloadAsync(async, digest));
        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DeleteBlobAsync(async, digest));
    }

    // What follows a redirection is asked for without one.
    private static bool Asked(FrontRequest request) => request.Method == "GET" && request.Target.StartsWith("/v2/", StringComparison.Ordinal);

    private static async Task<byte[]> ReadAsync(bool async, Stream stream)
    {
        var read = new MemoryStream();
        if (async)
            await stream.CopyToAsync(read);
        else
            await BothWays.Here(() => CopyHere(stream, read));
        return read.ToArray();
    }

    private static bool CopyHere(Stream from, Stream to)
    {
        from.CopyTo(to);
        return true;
    }
}
