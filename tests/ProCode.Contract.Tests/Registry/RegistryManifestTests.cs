using System.Text.Json;
using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Manifests in and out, by tag and by digest.</summary>
public sealed class RegistryManifestTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_OciImage_IsReadByTagAndByDigest(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);

        var set = await client.SetAsync(async, image, "v1");

        Assert.Equal(201, set.GetRawResponse().Status);
        foreach (var reference in new[] { "v1", set.Value.Digest })
        {
            var read = (await client.GetAsync(async, reference)).Value;
            Assert.Equal((set.Value.Digest, ManifestMediaType.OciImageManifest), (read.Digest, read.MediaType));
            Assert.Equal(set.Value.Digest, DigestOf(read.Manifest.ToArray()));
            Assert.Equal(image.Layers[0].Digest, read.Manifest.ToObjectFromJson<OciImageManifest>()!.Layers[0].Digest);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_Bytes_AreKeptAsTheyAre(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var bytes = BinaryData.FromString(JsonSerializer.Serialize(await NewImageAsync(client)) + "\n  ");

        var digest = (await client.SetAsync(async, bytes)).Value.Digest;

        Assert.Equal(DigestOf(bytes.ToArray()), digest);
        Assert.Equal(bytes.ToArray(), (await client.GetAsync(async, digest)).Value.Manifest.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_OfAnotherKind_IsReadAsThat(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);
        var manifest = BinaryData.FromString($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestMediaType.DockerManifest}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{image.Configuration!.SizeInBytes}},"digest":"{{image.Configuration.Digest}}"},"layers":[]}
            """);

        await client.SetAsync(async, manifest, "docker", ManifestMediaType.DockerManifest);

        Assert.Equal(ManifestMediaType.DockerManifest, (await client.GetAsync(async, "docker")).Value.MediaType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_Twice_ChangesNothing(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);

        var first = (await client.SetAsync(async, image, "v1")).Value.Digest;

        Assert.Equal(first, (await client.SetAsync(async, image, "v1")).Value.Digest);
        Assert.Equal(first, (await client.GetAsync(async, "v1")).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_TagThatIsThere_MovesIt(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var former = await PushAsync(client, "latest");

        var latter = (await client.SetAsync(async, await NewImageAsync(client), "latest")).Value.Digest;

        Assert.Equal(latter, (await client.GetAsync(async, "latest")).Value.Digest);
        Assert.Equal(former, (await client.GetAsync(async, former)).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_ThatTheRegistryCannotTake_IsRefusedWithItsCode(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);
        image.Layers[0].Digest = NoDigest();
        var tooLarge = BinaryData.FromString(JsonSerializer.Serialize(image) + new string(' ', Chunk));

        await RefusedAsync(400, "MANIFEST_BLOB_UNKNOWN", () => client.SetAsync(async, image));
        await RefusedAsync(400, "MANIFEST_INVALID", () => client.SetAsync(async, BinaryData.FromString("no JSON")));
        await RefusedAsync(400, "MANIFEST_INVALID", () => client.SetAsync(async, tooLarge));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetManifest_RegistryIsBusyOnce_IsSentAgainWithAllOfIt(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.Busy, "PUT"));

        var digest = (await client.SetAsync(async, image, "v1")).Value.Digest;

        Assert.Equal(digest, (await client.GetAsync(async, "v1")).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetManifest_Missing_IsManifestUnknown(bool async)
    {
        var (_, client) = await NewRepositoryAsync();

        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, "v1"));
        await PushAsync(client, "v1");
        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, "v2"));
        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, NoDigest()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetManifest_ContentIsDamaged_Throws(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var digest = await PushAsync(client, "v1");
        await File.AppendAllTextAsync(front.Registry.FileOf(digest), " ");

        var byTag = await RefusedAsync(200, null, () => client.GetAsync(async, "v1"));
        var byDigest = await RefusedAsync(200, null, () => client.GetAsync(async, digest));

        Assert.Contains("digest", byTag.Message, StringComparison.Ordinal);
        Assert.Contains("digest", byDigest.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetManifest_LargerThan4MiB_IsRefused(bool async)
    {
        var (front, client) = await NewRepositoryAsync();
        var digest = await PushAsync(client, "v1");
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.TooLong, "GET", bytes: Chunk));

        var exception = await RefusedAsync(200, null, () => client.GetAsync(async, digest));

        Assert.Contains("4MB", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteManifest_WithTags_TakesThemAlong(bool async)
    {
        var (_, client) = await NewRepositoryAsync();
        var image = await NewImageAsync(client);
        var digest = (await client.SetAsync(async, image, "v1")).Value.Digest;
        await client.SetAsync(async, image, "latest");
        var other = await PushAsync(client, "other");

        Assert.Equal(202, (await client.DeleteAsync(async, digest)).Status);

        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, digest));
        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, "v1"));
        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => client.GetAsync(async, "latest"));
        Assert.Equal(other, (await client.GetAsync(async, "other")).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteManifest_Missing_IsThe404Response(bool async)
    {
        var (_, client) = await NewRepositoryAsync();

        Assert.Equal(404, (await client.DeleteAsync(async, NoDigest())).Status);
        await PushAsync(client);
        Assert.Equal(404, (await client.DeleteAsync(async, NoDigest())).Status);
    }

    [Fact]
    public async Task Calls_WithoutWhatTheyNeed_ThrowArgumentNull()
    {
        var (front, client) = await NewRepositoryAsync();

        await Assert.ThrowsAsync<ArgumentNullException>(() => client.UploadBlobAsync((Stream)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.UploadBlobAsync((BinaryData)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.DownloadBlobContentAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.DownloadBlobToAsync(NoDigest(), (Stream)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.SetManifestAsync((OciImageManifest)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.SetManifestAsync((BinaryData)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.GetManifestAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.DeleteManifestAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.DeleteBlobAsync(null!));
        Assert.Throws<ArgumentNullException>(() => new ContainerRegistryContentClient(null!, "name"));
        Assert.Throws<ArgumentNullException>(() => new ContainerRegistryContentClient(front.Endpoint, null!));
        Assert.Equal(front.Endpoint, client.Endpoint);
    }
}
