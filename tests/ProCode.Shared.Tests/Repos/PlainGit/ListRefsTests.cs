using ProCode.Repos;
using ProCode.Repos.PlainGit;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class ListRefsTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    private static readonly string[] Names = ["B", "Z/z", "a", "a-b", "a/b", "main", "ß", "日本"]; // ordinal order

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(200)]
    public async Task ListBranchesAsync_PageAfterPage_HasEveryBranchOnceInOrder(int limit)
    {
        string[] branches = [.. Names.Where(name => name != "a")]; // git can't have 'a' and 'a/b'
        var script = new ImportScript().Commit("main", "One").File("a", "1");
        foreach (var branch in branches.Reverse().Where(branch => branch != "main")) script.Ref("refs/heads/" + branch, "main");
        var (name, _) = await git.NewRepositoryAsync(script);
        var host = GitServerFixture.NewHost();

        var pages = await PagesAsync(request => host.ListBranchesAsync(git.RemoteOf(name), request, default), limit);

        Assert.Equal(branches, pages.SelectMany(page => page).Select(found => found.Name));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(limit, page.Count));
        Assert.Equal((branches.Length + limit - 1) / limit, pages.Count);
    }

    [Fact]
    public async Task ListTagsAsync_AnnotatedAndLightweight_AreTheirCommits()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        await git.Server.ImportAsync(name, new ImportScript().Ref("refs/tags/light/ü", "main").ToString());
        var host = GitServerFixture.NewHost();
        Assert.True((await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default)).Succeeded);

        var pages = await PagesAsync(request => host.ListTagsAsync(git.RemoteOf(name), request, default), 1);

        Assert.Equal([new("light/ü", commit), new("v1.0.0", commit)], pages.SelectMany(page => page));
    }

    [Fact]
    public async Task ListAsync_EmptyRepository_IsAnEmptyLastPage()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        Assert.Empty(Assert.Single(await PagesAsync(request => host.ListBranchesAsync(git.RemoteOf(name), request, default), 10)));
        Assert.Empty(Assert.Single(await PagesAsync(request => host.ListTagsAsync(git.RemoteOf(name), request, default), 10)));
    }

    [Fact]
    public void Page_ContinuationThatIsGone_GoesOnBehindIt()
    {
        var refs = Names.ToDictionary(name => name, name => "1");

        var page = AdvertisedRefs.Page(refs, new GitPageRequest(2, "a-a"));

        Assert.Equal(["a-b", "a/b"], page.Items.Select(found => found.Name));
        Assert.Equal("a/b", page.Continuation);
        Assert.Empty(AdvertisedRefs.Page(refs, new GitPageRequest(2, "日本")).Items);
    }

    [Fact]
    public void Page_ExactlyTheLimit_IsTheLastPage()
    {
        var page = AdvertisedRefs.Page(Names.ToDictionary(name => name, name => "1"), new GitPageRequest(Names.Length));

        Assert.Equal((Names.Length, null), (page.Items.Count, page.Continuation));
    }

    private static async Task<List<IReadOnlyList<GitRef>>> PagesAsync(Func<GitPageRequest, Task<ProCode.Results.Result<GitPage<GitRef>>>> list, int limit)
    {
        var pages = new List<IReadOnlyList<GitRef>>();
        for (string? continuation = null; pages.Count == 0 || continuation is not null;)
        {
            var page = (await list(new GitPageRequest(limit, continuation))).Value;
            pages.Add(page.Items);
            continuation = page.Continuation;
        }

        return pages;
    }
}
