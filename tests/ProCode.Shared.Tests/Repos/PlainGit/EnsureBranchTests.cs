using ProCode.Repos;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class EnsureBranchTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Theory]
    [InlineData("iteration-1")]
    [InlineData("feature/Größe/日本語")]
    [InlineData("main/../x", false)]
    public async Task EnsureBranchAsync_NewBranch_IsPushedOnce(string branch, bool valid = true)
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var first = await host.EnsureBranchAsync(git.RemoteOf(name), branch, commit, default);
        var second = await host.EnsureBranchAsync(git.RemoteOf(name), branch, commit, default);

        Assert.Equal((valid, valid), (first.Succeeded, second.Succeeded));
        Assert.Equal(valid ? commit : null, git.Server.BranchesOf(name).GetValueOrDefault(branch));
        Assert.Equal(valid ? 1 : 0, git.Server.PushCount(name));
    }

    [Fact]
    public async Task EnsureBranchAsync_BranchOnAnotherCommit_IsBranchExistsAndStays()
    {
        var (name, first) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        await host.EnsureBranchAsync(git.RemoteOf(name), "x", first, default);
        var second = await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });

        var error = (await host.EnsureBranchAsync(git.RemoteOf(name), "x", second, default)).Error;

        Assert.Equal(GitErrors.BranchExists, error!.Code);
        Assert.Equal(first, git.Server.BranchesOf(name)["x"]);
    }

    [Fact]
    public async Task EnsureBranchAsync_CommitBehindABranch_IsFoundInItsHistory()
    {
        var (name, first) = await git.NewRepositoryAsync();
        await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });

        Assert.True((await GitServerFixture.NewHost().EnsureBranchAsync(git.RemoteOf(name), "hotfix", first, default)).Succeeded);

        Assert.Equal(first, git.Server.BranchesOf(name)["hotfix"]);
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("main")]
    [InlineData("")]
    public async Task EnsureBranchAsync_NoSuchCommit_IsRefNotFound(string commit)
    {
        var (name, _) = await git.NewRepositoryAsync();

        Assert.Equal(GitErrors.RefNotFound, (await GitServerFixture.NewHost().EnsureBranchAsync(git.RemoteOf(name), "x", commit, default)).Error!.Code);
        Assert.Equal(["main"], git.Server.BranchesOf(name).Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-f")]
    [InlineData("HEAD")]
    [InlineData("x:refs/heads/main")]
    [InlineData("a..b")]
    [InlineData("two words")]
    [InlineData("x.lock")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a@{1}")]
    [InlineData("line\nend")]
    [InlineData("half\ud800")]
    public async Task EnsureBranchAsync_NotABranchName_IsInvalid(string branch)
    {
        var (name, commit) = await git.NewRepositoryAsync();

        var error = (await GitServerFixture.NewHost().EnsureBranchAsync(git.RemoteOf(name), branch, commit, default)).Error;

        Assert.Equal(ErrorKind.Invalid, error!.Kind);
        Assert.Equal(["main"], git.Server.BranchesOf(name).Keys);
    }

    [Theory]
    [InlineData("main/x")]
    [InlineData("team")]
    public async Task EnsureBranchAsync_BranchInTheWay_IsBranchExists(string branch)
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        Assert.True((await host.EnsureBranchAsync(git.RemoteOf(name), "team/one", commit, default)).Succeeded);

        Assert.Equal(GitErrors.BranchExists, (await host.EnsureBranchAsync(git.RemoteOf(name), branch, commit, default)).Error!.Code);
    }

    [Fact]
    public async Task EnsureBranchAsync_TenCallersAtOnce_MakeOneBranch()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.EnsureBranchAsync(git.RemoteOf(name), "x", commit, default)));

        Assert.All(results, result => Assert.True(result.Succeeded, result.Error?.Message));
        Assert.Equal((commit, 1), (git.Server.BranchesOf(name)["x"], git.Server.PushCount(name)));
    }

    [Fact]
    public async Task PushNew_BranchMadeOnAnAncestorSinceWeLooked_IsNotMovedOn()
    {
        var (name, parent) = await git.NewRepositoryAsync();
        var child = await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });
        var conversation = new GitConversation(
            new Uri(git.Server.UrlOf(name)), GitServerFixture.Credential, new PlainGitLimits(), new SourceLimits(), TimeProvider.System, TestContext.Current.CancellationToken);
        using var workspace = conversation.NewWorkspace();
        workspace.Repository.Refs.Add("refs/heads/x", conversation.Fetch(workspace, conversation.ListRefs(), child)!.Id);
        await git.Server.ImportAsync(name, $"reset refs/heads/x\nfrom {parent}\n");

        Assert.NotNull(conversation.PushNew(workspace, "refs/heads/x"));

        Assert.Equal(parent, git.Server.BranchesOf(name)["x"]);
    }

    [Fact]
    public async Task EnsureBranchAsync_ParentAndChildAtOnce_OneWinsAndIsNotMovedOn()
    {
        var (name, parent) = await git.NewRepositoryAsync();
        var child = await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });
        var host = GitServerFixture.NewHost();
        for (var round = 0; round < 5; round++)
        {
            var branch = $"x{round}";
            string[] commits = [parent, child];

            var results = await Task.WhenAll(commits.Select(commit => host.EnsureBranchAsync(git.RemoteOf(name), branch, commit, default)));

            var winner = Assert.Single(commits.Zip(results), pair => pair.Second.Succeeded).First;
            Assert.Equal(GitErrors.BranchExists, Assert.Single(results, result => !result.Succeeded).Error!.Code);
            Assert.Equal(winner, git.Server.BranchesOf(name)[branch]);
        }

        Assert.Equal(5, git.Server.PushCount(name));
    }
}
