using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>What a registry tells of repositories, manifests and tags, and lets be changed and deleted.</summary>
public sealed class RegistryPropertiesTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repository_GetProperties_CountsManifestsAndTags(bool async)
    {
        var (front, content, client) = await NewAsync();
        await PushAsync(content, "v1");
        await content.SetManifestAsync(await NewImageAsync(content), "v2");
        await PushAsync(content);
        var repository = client.GetRepository(content.RepositoryName);

        var properties = (async ? await repository.GetPropertiesAsync() : repository.GetProperties()).Value;

        Assert.Equal((front.Endpoint, content.RepositoryName), (repository.RegistryEndpoint, repository.Name));
        Assert.Equal((front.Endpoint.Authority, content.RepositoryName), (properties.RegistryLoginServer, properties.Name));
        Assert.Equal((3, 2), (properties.ManifestCount, properties.TagCount));
        Assert.True(properties.CreatedOn < properties.LastUpdatedOn);
        Assert.Equal([true, true, true, true], new[] { properties.CanDelete, properties.CanWrite, properties.CanList, properties.CanRead });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Artifact_GetManifestProperties_OfATagOrDigest_TellsOfTheWholeImage(bool async)
    {
        var (front, content, client) = await NewAsync();
        var image = await NewImageAsync(content);
        var digest = (await content.SetManifestAsync(image, "v1")).Value.Digest;
        await content.SetManifestAsync(image, "latest");

        foreach (var artifact in new[] { client.GetArtifact(content.RepositoryName, "v1"), client.GetRepository(content.RepositoryName).GetArtifact(digest) })
        {
            var properties = (async ? await artifact.GetManifestPropertiesAsync() : artifact.GetManifestProperties()).Value;

            Assert.Equal((digest, image.Configuration!.SizeInBytes + image.Layers[0].SizeInBytes), (properties.Digest, properties.SizeInBytes));
            Assert.Equal((front.Endpoint.Authority, content.RepositoryName), (properties.RegistryLoginServer, properties.RepositoryName));
            Assert.Equal((ArtifactArchitecture.Amd64, ArtifactOperatingSystem.Linux), (properties.Architecture, properties.OperatingSystem));
            Assert.Equal(["latest", "v1"], properties.Tags.Order(StringComparer.Ordinal));
            Assert.True(properties.CreatedOn < properties.LastUpdatedOn);
            Assert.True(properties.CanDelete & properties.CanWrite & properties.CanList & properties.CanRead);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Artifact_GetTagProperties_TellsWhatItStandsFor(bool async)
    {
        var (front, content, client) = await NewAsync();
        await PushAsync(content, "latest");
        var digest = await PushAsync(content, "latest");
        var artifact = client.GetArtifact(content.RepositoryName, "latest");

        var properties = (async ? await artifact.GetTagPropertiesAsync("latest") : artifact.GetTagProperties("latest")).Value;

        Assert.Equal(("latest", digest), (properties.Name, properties.Digest));
        Assert.Equal((front.Endpoint.Authority, content.RepositoryName), (properties.RegistryLoginServer, properties.RepositoryName));
        Assert.True(properties.CreatedOn < properties.LastUpdatedOn);
        Assert.True(properties.CanDelete & properties.CanWrite & properties.CanList & properties.CanRead);
    }

    [Fact]
    public async Task Artifact_FullyQualifiedReference_NamesHostRepositoryAndReference()
    {
        var (front, client) = await NewClientAsync();
        var digest = NoDigest();

        var artifact = client.GetArtifact("team/app", "v1");

        Assert.Equal("127.0.0.1/team/app:v1", artifact.FullyQualifiedReference);
        Assert.Equal($"127.0.0.1/team/app@{digest}", client.GetArtifact("team/app", digest).FullyQualifiedReference);
        Assert.Equal((front.Endpoint, "team/app"), (artifact.RegistryEndpoint, artifact.RepositoryName));
        Assert.Throws<ArgumentException>(() => client.GetArtifact("team/app", ""));
        Assert.Throws<ArgumentException>(() => client.GetRepository(""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Artifact_OfATagThatMoves_StaysWithItsManifest(bool async)
    {
        var (_, content, client) = await NewAsync();
        var digest = await PushAsync(content, "latest");
        var artifact = client.GetArtifact(content.RepositoryName, "latest");
        await artifact.GetManifestPropertiesAsync();
        await PushAsync(content, "latest");

        var properties = (async ? await artifact.GetManifestPropertiesAsync() : artifact.GetManifestProperties()).Value;

        Assert.Equal(digest, properties.Digest);
        Assert.Empty(properties.Tags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_Missing_ThrowsWithItsCode(bool async)
    {
        var (_, content, client) = await NewAsync();
        var repository = client.GetRepository(content.RepositoryName);
        await RefusedAsync(404, "NAME_UNKNOWN", async () => _ = async ? await repository.GetPropertiesAsync() : repository.GetProperties());
        await PushAsync(content, "v1");
        var unknown = repository.GetArtifact(NoDigest());

        await RefusedAsync(404, "MANIFEST_UNKNOWN", async () => _ = async ? await unknown.GetManifestPropertiesAsync() : unknown.GetManifestProperties());
        await RefusedAsync(404, "TAG_UNKNOWN", async () => _ = async ? await unknown.GetTagPropertiesAsync("none") : unknown.GetTagProperties("none"));
        await RefusedAsync(404, "TAG_UNKNOWN", async () => _ = await repository.GetArtifact("none").GetManifestPropertiesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Update_WhatMayBeDone_ChangesThatAndNothingElse(bool async)
    {
        var (_, content, client) = await NewAsync();
        await PushAsync(content, "v1");
        var repository = client.GetRepository(content.RepositoryName);
        var artifact = repository.GetArtifact("v1");
        var (ofRepository, ofManifest, ofTag) = (
            new ContainerRepositoryProperties { CanList = false }, new ArtifactManifestProperties { CanWrite = false }, new ArtifactTagProperties { CanRead = false });

        var changed = (async ? await repository.UpdatePropertiesAsync(ofRepository) : repository.UpdateProperties(ofRepository)).Value;
        var manifest = (async ? await artifact.UpdateManifestPropertiesAsync(ofManifest) : artifact.UpdateManifestProperties(ofManifest)).Value;
        var tag = (async ? await artifact.UpdateTagPropertiesAsync("v1", ofTag) : artifact.UpdateTagProperties("v1", ofTag)).Value;

        Assert.Equal([true, true, false, true], new[] { changed.CanDelete, changed.CanWrite, changed.CanList, changed.CanRead });
        Assert.Equal([true, false, true, true], new[] { manifest.CanDelete, manifest.CanWrite, manifest.CanList, manifest.CanRead });
        Assert.Equal([true, true, true, false], new[] { tag.CanDelete, tag.CanWrite, tag.CanList, tag.CanRead });
        Assert.False((await artifact.GetTagPropertiesAsync("v1")).Value.CanRead);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_LockedManifest_Throws(bool async)
    {
        var (_, content, client) = await NewAsync();
        var digest = await PushAsync(content, "v1");
        var artifact = client.GetArtifact(content.RepositoryName, "v1");
        await artifact.UpdateManifestPropertiesAsync(new ArtifactManifestProperties { CanDelete = false });

        await RefusedAsync(405, "UNSUPPORTED", async () => _ = async ? await artifact.DeleteAsync() : artifact.Delete());

        Assert.Equal(digest, (await content.GetManifestAsync("v1")).Value.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_ArtifactOfATag_DeletesManifestAndAllItsTags(bool async)
    {
        var (_, content, client) = await NewAsync();
        var image = await NewImageAsync(content);
        await content.SetManifestAsync(image, "v1");
        await content.SetManifestAsync(image, "latest");
        var artifact = client.GetArtifact(content.RepositoryName, "v1");

        Assert.Equal(202, (async ? await artifact.DeleteAsync() : artifact.Delete()).Status);

        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => content.GetManifestAsync("latest"));
        Assert.Equal(404, (async ? await artifact.DeleteAsync() : artifact.Delete()).Status);
        await RefusedAsync(404, "TAG_UNKNOWN", async () => _ = await client.GetArtifact(content.RepositoryName, "v1").DeleteAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteTag_Tag_LeavesTheManifestAndOtherTags(bool async)
    {
        var (_, content, client) = await NewAsync();
        var image = await NewImageAsync(content);
        var digest = (await content.SetManifestAsync(image, "v1")).Value.Digest;
        await content.SetManifestAsync(image, "latest");
        var artifact = client.GetArtifact(content.RepositoryName, digest);

        Assert.Equal(202, (async ? await artifact.DeleteTagAsync("v1") : artifact.DeleteTag("v1")).Status);

        await RefusedAsync(404, "MANIFEST_UNKNOWN", () => content.GetManifestAsync("v1"));
        Assert.Equal(digest, (await content.GetManifestAsync("latest")).Value.Digest);
        Assert.Equal(404, (async ? await artifact.DeleteTagAsync("v1") : artifact.DeleteTag("v1")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeleteRepository_Repository_DeletesAllOfIt(bool async)
    {
        var (_, content, client) = await NewAsync();
        var name = content.RepositoryName;
        await PushAsync(content, "v1");

        Assert.Equal(202, (async ? await client.DeleteRepositoryAsync(name) : client.DeleteRepository(name)).Status);

        await RefusedAsync(404, "NAME_UNKNOWN", async () => _ = await client.GetRepository(name).GetPropertiesAsync());
        var repository = client.GetRepository(name);
        Assert.Equal(404, (async ? await repository.DeleteAsync() : repository.Delete()).Status);
    }

    private async Task<(AzureFront Front, ContainerRegistryContentClient Content, ContainerRegistryClient Client)> NewAsync()
    {
        var (front, content) = await NewRepositoryAsync();
        return (front, content, (await NewClientAsync()).Client);
    }
}
