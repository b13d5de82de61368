using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.Documented;

/// <summary>What is read of a repository: itself, its branches, tags and commits.</summary>
public abstract class LookupContract : HostContract
{
    private protected LookupContract(DocumentedServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task GetRepositoryAsync_WithCommits_TellsTheDefaultBranch()
    {
        Project.DefaultBranch = "trunk";
        Project.Commit(branch: "trunk");

        Assert.Equal(new GitRepository("trunk", IsEmpty: false), Ok(await Host.GetRepositoryAsync(Remote, default)));
    }

    [Fact]
    public async Task GetRepositoryAsync_Empty_HasNoDefaultBranch()
    {
        Assert.Equal(new GitRepository(null, IsEmpty: true), Ok(await Host.GetRepositoryAsync(Remote, default)));
    }

    [Fact]
    public async Task GetRepositoryAsync_NoSuchRepository_IsUnreachableInTheHostsWords()
    {
        var error = Fails(GitErrors.RepositoryUnreachable, await Host.GetRepositoryAsync(Server.RemoteOf("nobody/nothing"), default));

        Assert.Contains("Not Found", error.Message, StringComparison.Ordinal);
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetRepositoryAsync_NoCredential_IsAccessDenied()
    {
        var error = Fails(GitErrors.AccessDenied, await Host.GetRepositoryAsync(Server.RemoteOf(Server.ProjectPath, token: null), default));

        Assert.Contains("401 Unauthorized", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRefsAsync_SomeExist_OthersAreMissing()
    {
        var first = Project.Commit();
        var second = Project.Commit(branch: "feature/größe#1");
        Project.Tags["release/v1.0.0"] = new FakeTag(first, "Release");
        var names = new GitRefNames(["main", "feature/größe#1", "feature", "none", "main", "..", "", "a b"], ["release/v1.0.0", "release", "main", "-x"]);

        var refs = Ok(await Host.FindRefsAsync(Remote, names, default));

        Assert.Equal(new Dictionary<string, string> { ["main"] = first, ["feature/größe#1"] = second }, refs.Branches);
        Assert.Equal(new Dictionary<string, string> { ["release/v1.0.0"] = first }, refs.Tags);
    }

    [Fact]
    public async Task FindRefsAsync_NoneExists_IsEmptyAndNoFailure()
    {
        var refs = Ok(await Host.FindRefsAsync(Remote, new GitRefNames(["main"], ["v1"]), default));

        Assert.Empty(refs.Branches);
        Assert.Empty(refs.Tags);
    }

    [Fact]
    public async Task FindRefsAsync_NoSuchRepository_IsUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.FindRefsAsync(Server.RemoteOf("nobody/nothing"), new GitRefNames(["main"], ["v1"]), default));
        Fails(GitErrors.RepositoryUnreachable, await Host.FindRefsAsync(Server.RemoteOf("nobody/nothing"), new GitRefNames(["main"], []), default));
    }

    [Fact]
    public async Task FindRefsAsync_ManyTags_AreFoundOnLaterPages()
    {
        var commit = Project.Commit();
        for (var i = 0; i < 205; i++) Project.Tags[$"v{i:000}"] = new FakeTag(commit, "x");

        var refs = Ok(await Host.FindRefsAsync(Remote, new GitRefNames([], ["v000", "v150", "v204", "v205"]), default));

        Assert.Equal(["v000", "v150", "v204"], refs.Tags.Keys.Order());
    }

    [Fact]
    public async Task FindCommitAsync_BranchTagAndId_AreLookedForInThisOrder()
    {
        var first = Project.Commit("first");
        var second = Project.Commit("second");
        var third = Project.Commit("third", branch: "v1");
        Project.Tags["v1"] = new FakeTag(first, "a branch has this name, too");
        Project.Tags["v2"] = new FakeTag(second, "only a tag");

        Assert.Equal(third, Ok(await Host.FindCommitAsync(Remote, "v1", default)).Id);
        Assert.Equal(second, Ok(await Host.FindCommitAsync(Remote, "v2", default)).Id);
        var commit = Ok(await Host.FindCommitAsync(Remote, second, default));
        Assert.Equal((second, "second", "Ada Lovelace", Project.Commits[second].Time), (commit.Id, commit.Message, commit.AuthorName, commit.AuthoredAt));
        Assert.Equal([first], commit.ParentIds);
    }

    [Fact]
    public async Task FindCommitAsync_LongMessage_IsCut()
    {
        var commit = Project.Commit(new string('m', 5000));

        Assert.Equal(GitCommit.MaxMessageLength, Ok(await Host.FindCommitAsync(Remote, commit, default)).Message.Length);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../hooks")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task FindCommitAsync_Unknown_IsRefNotFound(string reference)
    {
        Project.Commit();

        Fails(GitErrors.RefNotFound, await Host.FindCommitAsync(Remote, reference, default));
    }

    [Fact]
    public async Task FindCommitAsync_AbbreviatedId_IsRefNotFound()
    {
        var commit = Project.Commit();

        Fails(GitErrors.RefNotFound, await Host.FindCommitAsync(Remote, commit[..10], default));
    }

    [Fact]
    public async Task FindCommitAsync_NoSuchRepository_IsUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.FindCommitAsync(Server.RemoteOf("nobody/nothing"), "main", default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(200)]
    public async Task Lists_SeveralPages_GiveEverythingOnce(int limit)
    {
        var commit = Project.Commit(branch: "b/000");
        var count = limit < 100 ? 5 : 230;
        for (var i = 1; i < count; i++) Project.Branches[$"b/{i:000}"] = commit;
        for (var i = 0; i < count; i++) Project.Tags[$"t/{i:000}"] = new FakeTag(commit, "x");

        Assert.Equal(Project.Branches.Select(branch => new GitRef(branch.Key, branch.Value)), await AllAsync(limit, page => Host.ListBranchesAsync(Remote, page, default)));
        Assert.Equal(Project.Tags.Select(tag => new GitRef(tag.Key, tag.Value.Commit)), await AllAsync(limit, page => Host.ListTagsAsync(Remote, page, default)));
    }

    [Fact]
    public async Task ListBranchesAsync_EmptyRepository_IsOneEmptyPage()
    {
        var page = Ok(await Host.ListBranchesAsync(Remote, new GitPageRequest(50), default));

        Assert.Empty(page.Items);
        Assert.Null(page.Continuation);
    }

    [Fact]
    public async Task ListBranchesAsync_HostSaysNothingOfPages_GoesOnBehindAFullOne()
    {
        Server.Afterwards = (_, answer) => answer with { Headers = new Dictionary<string, string>() };
        for (var i = 0; i < 4; i++) Project.Commit(branch: $"b{i}");

        Assert.Equal(4, (await AllAsync(2, page => Host.ListBranchesAsync(Remote, page, default))).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("0.10")]
    [InlineData("2.101")]
    [InlineData("-1.10")]
    [InlineData("2.10&private_token=x")]
    public async Task ListBranchesAsync_ForeignContinuation_IsInvalidWithoutACall(string continuation)
    {
        var error = (await Host.ListBranchesAsync(Remote, new GitPageRequest(50, continuation), default)).Error;

        Assert.Equal(ErrorKind.Invalid, error!.Kind);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task ListTagsAsync_NoSuchRepository_IsUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.ListTagsAsync(Server.RemoteOf("nobody/nothing"), new GitPageRequest(50), default));
    }

    private static async Task<List<GitRef>> AllAsync(int limit, Func<GitPageRequest, Task<Result<GitPage<GitRef>>>> list)
    {
        var all = new List<GitRef>();
        string? continuation = null;
        do
        {
            var page = Ok(await list(new GitPageRequest(limit, continuation)));
            Assert.InRange(page.Items.Count, 0, Math.Min(limit, 100));
            Assert.InRange(page.Continuation?.Length ?? 0, 0, 1000);
            all.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return all;
    }
}
