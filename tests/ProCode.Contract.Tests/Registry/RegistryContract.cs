using System.Security.Cryptography;
using Azure;
using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>A repository of its own for each test, and what the tests put into it.</summary>
public abstract class RegistryContract(RegistryFixture fixture)
{
    protected const int Chunk = 4 * 1024 * 1024;

    /// <summary>A client of a repository that there isn't yet.</summary>
    internal async Task<(AzureFront Front, ContainerRegistryContentClient Client)> NewRepositoryAsync(string prefix = "", int maxRetries = 3)
    {
        var front = await fixture.GetOrSkipAsync();
        return (front, new(front.Endpoint, $"{prefix}team/r{Guid.NewGuid():N}", front.Options(maxRetries)));
    }

    internal async Task<(AzureFront Front, ContainerRegistryClient Client)> NewClientAsync()
    {
        var front = await fixture.GetOrSkipAsync();
        return (front, new(front.Endpoint, front.Options()));
    }

    protected static byte[] Random(int length) => RandomNumberGenerator.GetBytes(length);

    protected static string DigestOf(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Some digest that nothing has.</summary>
    protected static string NoDigest() => DigestOf(Random(32));

    /// <summary>The manifest of an image with one layer, both uploaded; each is another.</summary>
    protected static async Task<OciImageManifest> NewImageAsync(ContainerRegistryContentClient client)
    {
        var config = BinaryData.FromString($$"""{"architecture":"amd64","os":"linux","author":"{{Guid.NewGuid()}}"}""");
        var layer = BinaryData.FromBytes(Random(1000));
        return new OciImageManifest(2)
        {
            Configuration = await DescriptorAsync(client, "application/vnd.oci.image.config.v1+json", config),
            Layers = { await DescriptorAsync(client, "application/vnd.oci.image.layer.v1.tar", layer) },
        };
    }

    /// <summary>Stores a new image and returns its digest.</summary>
    protected static async Task<string> PushAsync(ContainerRegistryContentClient client, string? tag = null) =>
        (await client.SetManifestAsync(await NewImageAsync(client), tag)).Value.Digest;

    protected static async Task<RequestFailedException> RefusedAsync(int status, string? code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<RequestFailedException>(action);
        Assert.Equal((status, code), (exception.Status, exception.ErrorCode));
        return exception;
    }

    private static async Task<OciDescriptor> DescriptorAsync(ContainerRegistryContentClient client, string mediaType, BinaryData content)
    {
        var uploaded = (await client.UploadBlobAsync(content)).Value;
        return new OciDescriptor { MediaType = mediaType, Digest = uploaded.Digest, SizeInBytes = uploaded.SizeInBytes };
    }
}
