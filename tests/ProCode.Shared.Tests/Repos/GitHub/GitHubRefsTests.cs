using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubRefsTests
{
    private static readonly string First = GitHubFixture.First;
    private static readonly string Second = GitHubFixture.Second;

    [Fact]
    public async Task FindRefsAsync_NamesWithSlashesAndNestedTags_ArePeeledCommits()
    {
        await using var github = await GitHubFixture.StartAsync();
        var (outer, inner) = (new string('a', 40), new string('b', 40));
        github.On("GET /git/ref/heads%2Ffeature%2Fone", GitHubFixture.Ref("heads/feature/one", First))
            .On("GET /git/ref/heads%2Fnone", GitHubFixture.NotFound)
            .On("GET /git/ref/tags%2Flight", GitHubFixture.Ref("tags/light", Second))
            .On("GET /git/ref/tags%2Fv1.0%23a", GitHubFixture.Ref("tags/v1.0#a", outer, "tag"))
            .On($"GET /git/tags/{outer}", GitHubFixture.Tag(outer, inner, "tag"))
            .On($"GET /git/tags/{inner}", GitHubFixture.Tag(inner, First))
            .On("GET /git/ref/tags%2Ftree", GitHubFixture.Ref("tags/tree", Second, "tree"));

        var refs = (await github.Host.FindRefsAsync(github.Remote, new GitRefNames(["feature/one", "none", "none"], ["light", "v1.0#a", "tree"]), default)).Value;

        Assert.Equal(new Dictionary<string, string> { ["feature/one"] = First }, refs.Branches);
        Assert.Equal(new Dictionary<string, string> { ["light"] = Second, ["v1.0#a"] = First }, refs.Tags);
        Assert.Equal(1, github.CountOf("GET /git/ref/heads%2Fnone"));
    }

    [Theory]
    [InlineData("../../../user")]
    [InlineData("a..b")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("somebody:main")]
    public async Task FindRefsAsync_WhatCannotBeAName_IsNotAskedFor(string name)
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);

        var refs = (await github.Host.FindRefsAsync(github.Remote, new GitRefNames([name], [name]), default)).Value;

        Assert.Empty(refs.Branches.Concat(refs.Tags));
    }

    [Fact]
    public async Task FindRefsAsync_AnswerNamesAnotherBranch_IsNotTaken()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/heads%2Fmaster", GitHubFixture.Ref("heads/main", First));

        Assert.Empty((await github.Host.FindRefsAsync(github.Remote, new GitRefNames(["master"], []), default)).Value.Branches);
    }

    [Fact]
    public async Task FindRefsAsync_EmptyRepository_HasNone()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/heads%2Fmain", GitHubFixture.Empty);

        Assert.Empty((await github.Host.FindRefsAsync(github.Remote, new GitRefNames(["main"], []), default)).Value.Branches);
    }

    [Fact]
    public async Task FindRefsAsync_NoRepository_IsUnreachableAndSaysThatItMayBeHidden()
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.NotFound);
        github.On("GET /git/ref/heads%2Fmain", GitHubFixture.NotFound);

        var error = (await github.Host.FindRefsAsync(github.Remote, new GitRefNames(["main"], []), default)).Error!;

        Assert.Equal(GitErrors.RepositoryUnreachable, error.Code);
        Assert.Contains("there is none, or the credential may not see it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindCommitAsync_BranchNamedAsACommit_ComesFirst()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On($"GET /git/ref/heads%2F{First}", GitHubFixture.Ref($"heads/{First}", Second)).On($"GET /git/ref/tags%2F{First}", GitHubFixture.NotFound)
            .On($"GET /git/commits/{Second}", GitHubFixture.Commit(Second));

        Assert.Equal(Second, (await github.Host.FindCommitAsync(github.Remote, First, default)).Value.Id);
    }

    [Fact]
    public async Task FindCommitAsync_BranchAndTagOfOneName_IsTheBranch()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/heads%2Fone", GitHubFixture.Ref("heads/one", Second)).On("GET /git/ref/tags%2Fone", GitHubFixture.Ref("tags/one", First))
            .On($"GET /git/commits/{Second}", GitHubFixture.Commit(Second));

        var commit = (await github.Host.FindCommitAsync(github.Remote, "one", default)).Value;

        Assert.Equal((Second, "Change\n\nthe agent", "Mona"), (commit.Id, commit.Message, commit.AuthorName));
        Assert.Equal([First], commit.ParentIds);
        Assert.Equal(new DateTimeOffset(2026, 2, 1, 10, 0, 0, TimeSpan.Zero), commit.AuthoredAt);
    }

    [Theory]
    [InlineData("none")] // a name
    [InlineData("1111111")] // GitHub would take a short id, and what it means changes
    [InlineData("1111111111111111111111111111111111111111")]
    public async Task FindCommitAsync_NothingOfThatName_IsRefNotFound(string reference)
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);
        github.On($"GET /git/ref/heads%2F{reference}", GitHubFixture.NotFound).On($"GET /git/ref/tags%2F{reference}", GitHubFixture.NotFound);
        if (reference == First) github.On($"GET /git/commits/{First}", GitHubFixture.NotFound);

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.FindCommitAsync(github.Remote, reference, default)).Error!.Code);
    }

    [Fact]
    public async Task EnsureBranchAsync_New_IsMade()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /git/refs", GitHubFixture.Ref("heads/release/1", First, status: 201));

        Assert.True((await github.Host.EnsureBranchAsync(github.Remote, "release/1", First, default)).Succeeded);

        Assert.Equal($$"""{"ref":"refs/heads/release/1","sha":"{{First}}"}""", Assert.Single(github.Server.Requests).Body);
    }

    [Fact]
    public async Task EnsureBranchAsync_AnswerGotLost_IsSentAgainAndFine()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /git/refs", GitHubFixture.Ref("heads/a", First, status: 201).BrokenOff(), GitHubFixture.Refusal("Reference already exists"))
            .On("GET /git/ref/heads%2Fa", GitHubFixture.Ref("heads/a", First));

        Assert.True((await github.Host.EnsureBranchAsync(github.Remote, "a", First, default)).Succeeded);
    }

    [Fact]
    public async Task EnsureBranchAsync_ThereOnAnotherCommit_IsBranchExists()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /git/refs", GitHubFixture.Refusal("Reference already exists")).On("GET /git/ref/heads%2Fa", GitHubFixture.Ref("heads/a", Second));

        Assert.Equal(GitErrors.BranchExists, (await github.Host.EnsureBranchAsync(github.Remote, "a", First, default)).Error!.Code);
    }

    [Theory]
    [InlineData(false, "GIT_REF_NOT_FOUND")]
    [InlineData(true, "GIT_REQUEST_REFUSED")]
    public async Task EnsureBranchAsync_RefusedAndNotThere_DependsOnTheCommit(bool commitExists, string code)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /git/refs", GitHubFixture.Refusal("Repository rule violations found")).On("GET /git/ref/heads%2Fa", GitHubFixture.NotFound)
            .On($"GET /git/commits/{First}", commitExists ? GitHubFixture.Commit(First) : GitHubFixture.NotFound);

        var error = (await github.Host.EnsureBranchAsync(github.Remote, "a", First, default)).Error!;

        Assert.Equal(code, error.Code.Name);
        if (commitExists) Assert.Contains("Repository rule violations found", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "GIT_ACCESS_DENIED")]
    [InlineData(false, "GIT_REPO_UNREACHABLE")]
    public async Task EnsureBranchAsync_NotFound_IsARightThatIsMissingOrTheRepository(bool isShown, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(isShown ? GitHubFixture.Repository : GitHubFixture.NotFound);
        github.On("POST /git/refs", GitHubFixture.NotFound);

        Assert.Equal(code, (await github.Host.EnsureBranchAsync(github.Remote, "a", First, default)).Error!.Code.Name);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("1111111")]
    public async Task EnsureBranchAsync_NoFullId_IsRefNotFoundWithoutACall(string commit)
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.EnsureBranchAsync(github.Remote, "a", commit, default)).Error!.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-f")]
    [InlineData("a..b")]
    [InlineData("v1^{}")]
    public async Task EnsureBranchAsync_NotABranchName_IsInvalid(string branch)
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(ErrorKind.Invalid, (await github.Host.EnsureBranchAsync(github.Remote, branch, First, default)).Error!.Kind);
    }
}
