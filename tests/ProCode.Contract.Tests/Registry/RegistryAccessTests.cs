using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Containers.ContainerRegistry;
using Azure.Core;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Who is let in, and what happens when nobody answers.</summary>
public sealed class RegistryAccessTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Fact]
    public void Clients_WithOrWithoutCredentialAndOptions_SendNothingWhenMade()
    {
        var registry = new Uri("https://registry.example");
        var credential = new EntraCredential(AzureTokens.Entra);

        Assert.Equal(registry, new ContainerRegistryClient(registry).Endpoint);
        Assert.Equal(registry, new ContainerRegistryClient(registry, credential).Endpoint);
        Assert.Equal("team/app", new ContainerRegistryContentClient(registry, "team/app").RepositoryName);
        Assert.Equal("team/app", new ContainerRegistryContentClient(registry, "team/app", credential).RepositoryName);
        Assert.Throws<ArgumentNullException>(() => new ContainerRegistryClient(registry, (TokenCredential)null!));
        Assert.Throws<ArgumentNullException>(() => new ContainerRegistryContentClient(registry, "team/app", (TokenCredential)null!));
        Assert.Empty(credential.Scopes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Anonymous_RegistryWantsATokenToRead_GetsOneForAnybody(bool async)
    {
        var (front, writer, _) = await NewGuardedAsync();
        var digest = await PushAsync(writer, "v1");
        var anonymous = new ContainerRegistryContentClient(front.Endpoint, writer.RepositoryName, front.Options());
        var management = new ContainerRegistryClient(front.Endpoint, front.Options());

        var manifest = (await anonymous.GetAsync(async, "v1")).Value;

        Assert.Equal(digest, manifest.Digest);
        var layer = manifest.Manifest.ToObjectFromJson<OciImageManifest>()!.Layers[0];
        Assert.Equal(1000, (await anonymous.DownloadAsync(async, layer.Digest)).Value.Content.ToArray().Length);
        Assert.Equal(1, (await management.GetRepository(writer.RepositoryName).GetPropertiesAsync()).Value.TagCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Anonymous_Writes_IsUnauthorized(bool async)
    {
        var (_, client) = await NewRepositoryAsync("guarded/");

        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(() => client.UploadAsync(async, Random(10)))).Status);
        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(() => client.DeleteAsync(async, NoDigest()))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credential_Writes_AsksEntraOnceForTheRegistry(bool async)
    {
        var (_, client, credential) = await NewGuardedAsync();

        await client.UploadAsync(async, Random(10));
        await client.UploadAsync(async, Random(10));

        Assert.Equal("https://containerregistry.azure.net/.default", Assert.Single(credential.Scopes));
    }

    [Theory]
    [InlineData(false, AzureTokens.EntraForMinutes)]
    [InlineData(true, AzureTokens.EntraForMinutes)]
    [InlineData(true, AzureTokens.EntraInMilliseconds)]
    [InlineData(true, AzureTokens.EntraWithoutEnd)]
    public async Task Credential_RefreshTokenThatEndsSoonOrDoesNotSay_IsRenewedForEveryRequest(bool async, string token)
    {
        var (_, client, credential) = await NewGuardedAsync(token: token);

        await client.DeleteAsync(async, NoDigest());
        await client.DeleteAsync(async, NoDigest());

        Assert.Equal(2, credential.Scopes.Count);
    }

    [Fact]
    public async Task Credential_Audience_IsWhomEntraIsAskedFor()
    {
        var (front, _, _) = await NewGuardedAsync();
        var credential = new EntraCredential(AzureTokens.Entra);
        var options = front.Options();
        options.Audience = ContainerRegistryAudience.AzureResourceManagerPublicCloud;

        await new ContainerRegistryClient(front.Endpoint, credential, options).DeleteRepositoryAsync($"guarded/{Guid.NewGuid():N}");

        Assert.Equal("https://management.azure.com/.default", Assert.Single(credential.Scopes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credential_TokenThatTheRegistryDoesNotTake_IsUnauthorized(bool async)
    {
        var (front, _) = await NewRepositoryAsync();
        var client = new ContainerRegistryContentClient(front.Endpoint, $"guarded/r{Guid.NewGuid():N}", new EntraCredential("another"), front.Options());

        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(() => client.UploadAsync(async, Random(10)))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_RegistrySendsElsewhere_StaysBehind(bool async)
    {
        var (front, client, _) = await NewGuardedAsync();
        var digest = (await client.UploadAsync(async, Random(100))).Value.Digest;

        await client.DownloadToAsync(async, digest, new MemoryStream());

        var (asked, fetched) = (front.RequestsOf(client.RepositoryName)[^2], front.RequestsOf(client.RepositoryName)[^1]);
        Assert.StartsWith("Bearer ", asked.Authorization, StringComparison.Ordinal);
        Assert.StartsWith("/storage/", fetched.Target, StringComparison.Ordinal);
        Assert.Equal((front.Endpoint.Authority, front.Elsewhere.Authority), (asked.Host, fetched.Host));
        Assert.Equal("", fetched.Authorization);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_UploadGoesOnElsewhereAndIsAskedForOne_StaysBehind(bool async)
    {
        var (front, client, credential) = await NewGuardedAsync("astray/");

        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(() => client.UploadAsync(async, Random(10)))).Status);

        Assert.Single(credential.Scopes);
        var strayed = Assert.Single(front.RequestsOf(client.RepositoryName), request => request.Host == front.Elsewhere.Authority);
        Assert.Equal(("PATCH", ""), (strayed.Method, strayed.Authorization));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_NextPageIsElsewhereAndIsAskedForOne_StaysBehind(bool async)
    {
        var (front, content, credential) = await NewGuardedAsync();
        await PushAsync(content);
        var repository = new ContainerRegistryClient(front.Endpoint, credential, front.Options()).GetRepository(content.RepositoryName);
        var token = $"<{new Uri(front.Elsewhere, $"/acr/v1/{Uri.EscapeDataString(repository.Name)}/_manifests?api-version=2021-07-01")}>; rel=\"next\"";

        var exception = await Assert.ThrowsAsync<RequestFailedException>(
            () => BothWays.PagesOfTwoAsync(async, () => repository.GetAllManifestProperties(), () => repository.GetAllManifestPropertiesAsync(), token));

        Assert.Equal(401, exception.Status);
        Assert.Equal("", Assert.Single(front.RequestsOf(repository.Name), request => request.Host == front.Elsewhere.Authority).Authorization);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Registry_WantsAPassword_CannotBeUsed(bool async)
    {
        var (_, client) = await NewRepositoryAsync("basic/");

        await Assert.ThrowsAsync<ArgumentNullException>(() => client.GetAsync(async, "v1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Endpoint_WithoutTls_IsRefusedBeforeAnythingIsSent(bool async)
    {
        var (front, _) = await NewRepositoryAsync();
        var client = new ContainerRegistryContentClient(front.Registry.Address, "team/app", front.Options());

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync(async, "v1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Registry_IsDown_IsTriedAgainAndEndsInAllFailures(bool async)
    {
        var (front, _) = await NewRepositoryAsync();
        var nobody = new Uri($"https://127.0.0.1:{PortOfNobody()}");
        var client = new ContainerRegistryContentClient(nobody, "team/app", front.Options(maxRetries: 2));
        var impatient = new ContainerRegistryContentClient(nobody, "team/app", front.Options(maxRetries: 0));

        var exception = await Assert.ThrowsAsync<AggregateException>(() => client.GetAsync(async, "v1"));

        Assert.Equal(3, exception.InnerExceptions.Count);
        Assert.All(exception.InnerExceptions, inner => Assert.Equal(0, Assert.IsType<RequestFailedException>(inner).Status));
        Assert.Equal(0, (await Assert.ThrowsAsync<RequestFailedException>(() => impatient.GetAsync(async, "v1"))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Registry_StaysBusy_ThrowsItsLastAnswer(bool async)
    {
        var (front, client) = await NewRepositoryAsync(maxRetries: 2);
        front.Fail(client.RepositoryName, new FrontFault(FaultKind.Busy, "GET", times: 3));

        await RefusedAsync(503, "TOOMANYREQUESTS", () => client.GetAsync(async, "v1"));

        Assert.Equal(3, front.RequestsOf(client.RepositoryName).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_Canceled_Throws(bool async)
    {
        var (front, client) = await NewRepositoryAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(async, "v1", new CancellationToken(canceled: true)));

        Assert.Empty(front.RequestsOf(client.RepositoryName));
    }

    private async Task<(AzureFront Front, ContainerRegistryContentClient Client, EntraCredential Credential)> NewGuardedAsync(
        string prefix = "", string token = AzureTokens.Entra)
    {
        var (front, _) = await NewRepositoryAsync();
        var credential = new EntraCredential(token);
        return (front, new(front.Endpoint, $"guarded/{prefix}r{Guid.NewGuid():N}", credential, front.Options()), credential);
    }

    private static int PortOfNobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class EntraCredential(string token) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken(token, TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
