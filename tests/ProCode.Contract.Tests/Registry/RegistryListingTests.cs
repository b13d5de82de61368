using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Lists of repositories, manifests and tags, page by page.</summary>
public sealed class RegistryListingTests(RegistryFixture fixture) : RegistryContract(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetRepositoryNames_SmallPages_GiveEachOnceInOrder(bool async)
    {
        var (front, client) = await NewClientAsync();
        var prefix = $"listed{Guid.NewGuid():N}/";
        string[] names = ["a", "b/c", "d", "e", "f"];
        foreach (var name in names)
            await PushAsync(new ContainerRegistryContentClient(front.Endpoint, prefix + name, front.Options()));

        var pages = await BothWays.PagesOfTwoAsync(async, () => client.GetRepositoryNames(), () => client.GetRepositoryNamesAsync());

        // Other tests' repositories come and go meanwhile, so that a page may be empty.
        Assert.All(pages, page => Assert.InRange(page.Values.Count, 0, 2));
        Assert.Equal(names, pages.SelectMany(page => page.Values).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]));
        Assert.True(string.IsNullOrEmpty(pages[^1].ContinuationToken));
        Assert.Equal(front.Endpoint, client.Endpoint);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetRepositoryNames_WithoutPages_GivesAll(bool async)
    {
        var (_, content) = await NewRepositoryAsync();
        var (_, client) = await NewClientAsync();
        await PushAsync(content);

        var names = async ? await client.GetRepositoryNamesAsync().ToListAsync() : client.GetRepositoryNames().ToList();

        Assert.Single(names, content.RepositoryName);
    }

    [Theory]
    [InlineData(false, ArtifactManifestOrder.LastUpdatedOnAscending)]
    [InlineData(true, ArtifactManifestOrder.LastUpdatedOnAscending)]
    [InlineData(false, ArtifactManifestOrder.LastUpdatedOnDescending)]
    [InlineData(true, ArtifactManifestOrder.LastUpdatedOnDescending)]
    [InlineData(true, ArtifactManifestOrder.None)]
    public async Task GetAllManifestProperties_SmallPages_AreInTheOrderThatWasAskedFor(bool async, ArtifactManifestOrder order)
    {
        var (_, content) = await NewRepositoryAsync();
        var (_, client) = await NewClientAsync();
        string[] pushed = [await PushAsync(content, "v1"), await PushAsync(content), await PushAsync(content, "v3")];
        var repository = client.GetRepository(content.RepositoryName);

        var pages = await BothWays.PagesOfTwoAsync(async, () => repository.GetAllManifestProperties(order), () => repository.GetAllManifestPropertiesAsync(order));

        Assert.Equal([2, 1], pages.Select(page => page.Values.Count));
        var listed = pages.SelectMany(page => page.Values).ToList();
        Assert.Equal(
            order switch
            {
                ArtifactManifestOrder.None => pushed.Order(StringComparer.Ordinal),
                ArtifactManifestOrder.LastUpdatedOnAscending => pushed,
                ArtifactManifestOrder.LastUpdatedOnDescending => pushed.Reverse(),
            },
            listed.Select(manifest => manifest.Digest));
        Assert.Equal(["v1"], listed.Single(manifest => manifest.Digest == pushed[0]).Tags);
        Assert.All(listed, manifest => Assert.Equal(content.RepositoryName, manifest.RepositoryName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetAllManifestProperties_FromAPagesToken_GoesOnThere(bool async)
    {
        var (_, content) = await NewRepositoryAsync();
        var (_, client) = await NewClientAsync();
        string[] pushed = [await PushAsync(content), await PushAsync(content), await PushAsync(content)];
        var repository = client.GetRepository(content.RepositoryName);
        var first = repository.GetAllManifestProperties(ArtifactManifestOrder.LastUpdatedOnAscending).AsPages(pageSizeHint: 2).First();

        var rest = await BothWays.PagesOfTwoAsync(
            async, () => repository.GetAllManifestProperties(), () => repository.GetAllManifestPropertiesAsync(), first.ContinuationToken);

        Assert.Equal(pushed[2], Assert.Single(Assert.Single(rest).Values).Digest);
    }

    [Theory]
    [InlineData(false, ArtifactTagOrder.LastUpdatedOnAscending)]
    [InlineData(true, ArtifactTagOrder.LastUpdatedOnAscending)]
    [InlineData(false, ArtifactTagOrder.LastUpdatedOnDescending)]
    [InlineData(true, ArtifactTagOrder.LastUpdatedOnDescending)]
    [InlineData(true, ArtifactTagOrder.None)]
    public async Task GetAllTagProperties_SmallPages_AreThisManifestsInTheOrderThatWasAskedFor(bool async, ArtifactTagOrder order)
    {
        var (_, content) = await NewRepositoryAsync();
        var (_, client) = await NewClientAsync();
        var image = await NewImageAsync(content);
        foreach (var tag in new[] { "b", "c", "a" })
            await content.SetManifestAsync(image, tag);
        await PushAsync(content, "other");
        var artifact = client.GetArtifact(content.RepositoryName, "b");

        var pages = await BothWays.PagesOfTwoAsync(async, () => artifact.GetAllTagProperties(order), () => artifact.GetAllTagPropertiesAsync(order));

        Assert.Equal([2, 1], pages.Select(page => page.Values.Count));
        string[] expected = order switch
        {
            ArtifactTagOrder.None => ["a", "b", "c"],
            ArtifactTagOrder.LastUpdatedOnAscending => ["b", "c", "a"],
            ArtifactTagOrder.LastUpdatedOnDescending => ["a", "c", "b"],
        };
        Assert.Equal(expected, pages.SelectMany(page => page.Values).Select(tag => tag.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_OfWhatIsNotThere_ThrowWhenTheyAreRead(bool async)
    {
        var (_, content) = await NewRepositoryAsync();
        var (_, client) = await NewClientAsync();
        var repository = client.GetRepository(content.RepositoryName);

        await RefusedAsync(404, "NAME_UNKNOWN", () => BothWays.PagesOfTwoAsync(async, () => repository.GetAllManifestProperties(), () => repository.GetAllManifestPropertiesAsync()));
        var artifact = repository.GetArtifact("v1");
        await RefusedAsync(404, "NAME_UNKNOWN", () => BothWays.PagesOfTwoAsync(async, () => artifact.GetAllTagProperties(), () => artifact.GetAllTagPropertiesAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_FromATokenThatIsNoLink_AreRefused(bool async)
    {
        var (front, client) = await NewClientAsync();
        var repository = client.GetRepository($"team/r{Guid.NewGuid():N}");

        foreach (var token in new[] { "next", "<next", "next>", ">next<" })
        {
            await RefusedAsync(
                200, null, () => BothWays.PagesOfTwoAsync(async, () => repository.GetAllManifestProperties(), () => repository.GetAllManifestPropertiesAsync(), token));
        }

        Assert.Empty(front.RequestsOf(repository.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_Canceled_Throw(bool async)
    {
        var (_, client) = await NewClientAsync();
        var canceled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => BothWays.PagesOfTwoAsync(async, () => client.GetRepositoryNames(canceled), () => client.GetRepositoryNamesAsync(canceled)));
    }
}
