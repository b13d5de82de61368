using Azure;
using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Blobs on their way into a registry.</summary>
public sealed class RegistryUploadTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(Chunk - 1, "4194303")]
    [InlineData(Chunk, "4194304 0-4194303")]
    [InlineData((2 * Chunk) + 5, "4194304 0-4194303, 4194304 4194304-8388607, 5 8388608-8388612")]
    public async Task UploadBlob_AnySize_GoesInChunksOf4MiB(int size, string chunks)
    {
        foreach (var async in new[] { false, true })
        {
            var (front, client) = await NewRepositoryAsync();
            var content = Random(size);

            var uploaded = (await client.UploadAsync(async, new MemoryStream(content))).Value;

            Assert.Equal((DigestOf(content), (long)size), (uploaded.Digest, uploaded.SizeInBytes));
            var sent = front.RequestsOf(client.RepositoryName).Where(request => request.Method == "PATCH").Select(request => $"{request.Length} {request.ContentRange}".Trim());
            Assert.Equal(chunks, string.Join(", ", sent));
            Assert.Equal(content, (await client.DownloadAsync(async, uploaded.Digest)).Value.Content.ToArray());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_InMemory_HasItsDigestAndTheLastAnswer(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var content = Random(100);

        var uploaded = await client.UploadAsync(async, content);

        Assert.Equal((DigestOf(content), 100L, 201), (uploaded.Value.Digest, uploaded.Value.SizeInBytes, uploaded.GetRawResponse().Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_StreamOfUnknownLength_GoesAsItIsRead(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(1500);

        var uploaded = (await client.UploadAsync(async, InTwo(content))).Value;

        Assert.Equal((DigestOf(content), (long)content.Length), (uploaded.Digest, uploaded.SizeInBytes));
        Assert.Equal(["0-999", "1000-1499"], front.RequestsOf(client.RepositoryName).Where(request => request.Method == "PATCH").Select(request => request.ContentRange));
        Assert.Equal(content, (await client.DownloadAsync(async, uploaded.Digest)).Value.Content.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_Empty_IsStoredWhenItsLengthIsKnown(bool async)
    {
        var (_, client) = await NewRepositoryAsync();

        var uploaded = (await client.UploadAsync(async, new MemoryStream())).Value;

        Assert.Equal((DigestOf([]), 0L), (uploaded.Digest, uploaded.SizeInBytes));
        await Assert.ThrowsAnyAsync<Exception>(() => client.UploadAsync(async, new UnknownLengthStream([])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_StreamThatWasReadInPart_UploadsTheRestAndLeavesItOpen(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var content = Random(100);
        var stream = new MemoryStream(content) { Position = 40 };

        var uploaded = (await client.UploadAsync(async, stream)).Value;

        Assert.Equal(DigestOf(content[40..]), uploaded.Digest);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task UploadBlob_Twice_IsTheSameBlob()
    {
        var (_, client) = await NewRepositoryAsync();
        var content = Random(100);

        var first = (await client.UploadBlobAsync(new BinaryData(content))).Value.Digest;

        Assert.Equal(first, (await client.UploadBlobAsync(new BinaryData(content))).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_RegistrySaysAbsoluteLocations_FollowsThem(bool async)
    {
        var (_, client) = await NewRepositoryAsync("absolute/");
        var content = Random(1500);

        Assert.Equal(DigestOf(content), (await client.UploadAsync(async, InTwo(content))).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_ChunkIsRefusedOnce_IsSentAgain(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(1500);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.Busy, "PATCH", after: 1));

        var uploaded = (await client.UploadAsync(async, InTwo(content))).Value;

        Assert.Equal(DigestOf(content), uploaded.Digest);
        Assert.Equal(3, front.RequestsOf(client.RepositoryName).Count(request => request.Method == "PATCH"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_AnswerToAChunkIsLost_FailsAndLeavesNoBlob(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(1500);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.AnswerLost, "PATCH", after: 1));

        // The chunk is sent again, and by then the upload is elsewhere.
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => client.UploadAsync(async, InTwo(content)));

        Assert.InRange(exception.Status, 400, 499);
        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DownloadAsync(async, DigestOf(content)));
        Assert.Equal(DigestOf(content), (await client.UploadAsync(async, new MemoryStream(content))).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_CanceledBetweenTwoChunks_ThrowsAndLeavesNoBlob(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var content = Random(1500);
        using var cancellation = new CancellationTokenSource();
        var reads = 0;
        var stream = InTwo(content, beforeRead: () =>
        {
            if (++reads == 2)
                cancellation.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.UploadAsync(async, stream, cancellation.Token));

        Assert.Single(front.RequestsOf(client.RepositoryName), request => request.Method == "PATCH");
        await RefusedAsync(404, "BLOB_UNKNOWN", () => client.DownloadAsync(async, DigestOf(content)));
    }

    [Fact]
    public async Task UploadBlob_StreamFails_ThrowsItsException()
    {
        var (_, client) = await NewRepositoryAsync();

        await Assert.ThrowsAsync<IOException>(() => client.UploadBlobAsync(new UnknownLengthStream([1], beforeRead: () => throw new IOException("The disk is gone."))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UploadBlob_AnswerThatIsNoRegistrys_ThrowsItsStatusWithoutACode(bool async)
    {
        var (front, _) = await NewRepositoryAsync();
        var client = new ContainerRegistryContentClient(front.Endpoint, "NotLowerCase", front.Options());

        await RefusedAsync(404, null, () => client.UploadAsync(async, Random(10)));
    }

    // A stream of 1,500 bytes that makes two chunks.
    private static UnknownLengthStream InTwo(byte[] content, Action? beforeRead = null) => new(content, atMost: 1000, beforeRead);
}
