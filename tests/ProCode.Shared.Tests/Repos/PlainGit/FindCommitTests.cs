using ProCode.Repos;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class FindCommitTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public async Task FindCommitAsync_BranchTagOrId_IsTheSameCommit()
    {
        var script = new ImportScript().Commit("feature/ü-name", "One").File("a", "1").Ref("refs/tags/release/ä", "feature/ü-name").Commit("feature/ü-name", "Two").File("a", "2");
        var (name, branches) = await git.NewRepositoryAsync(script);
        var host = GitServerFixture.NewHost();

        var head = (await host.FindCommitAsync(git.RemoteOf(name), "feature/ü-name", default)).Value;
        var tagged = (await host.FindCommitAsync(git.RemoteOf(name), "release/ä", default)).Value;

        Assert.Equal((branches["feature/ü-name"], "Two", tagged.Id), (head.Id, head.Message, Assert.Single(head.ParentIds)));
        Assert.Equal(("One", 0), (tagged.Message, tagged.ParentIds.Count));
        Assert.Equal(head.Id, (await host.FindCommitAsync(git.RemoteOf(name), head.Id, default)).Value.Id);
        Assert.Equal("One", (await host.FindCommitAsync(git.RemoteOf(name), tagged.Id, default)).Value.Message); // behind the branch
    }

    [Fact]
    public async Task FindCommitAsync_AnnotatedTag_IsItsCommit()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        Assert.True((await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default)).Succeeded);

        Assert.Equal(commit, (await host.FindCommitAsync(git.RemoteOf(name), "v1.0.0", default)).Value.Id);
    }

    [Fact]
    public async Task FindCommitAsync_NameOfSeveral_IsBranchThenTagThenId()
    {
        var (name, main) = await git.NewRepositoryAsync();
        var script = new ImportScript().Commit("both", "Branch").File("a", "1").Commit("other", "Tag").File("a", "2").Ref("refs/tags/both", "other").Ref("refs/tags/" + main, "other");
        await git.Server.ImportAsync(name, script.ToString());
        var host = GitServerFixture.NewHost();

        Assert.Equal("Branch", (await host.FindCommitAsync(git.RemoteOf(name), "both", default)).Value.Message);
        Assert.Equal("Tag", (await host.FindCommitAsync(git.RemoteOf(name), main, default)).Value.Message);
    }

    [Fact]
    public async Task FindCommitAsync_Merge_HasAuthorTimeAndParents()
    {
        var script = new ImportScript()
            .Commit("main", "Root").File("a", "1")
            .Commit("side", "Side", from: "main").File("b", "2")
            .Commit("main", "Merge\n\n" + new string('ü', 5000), 90, merge: "side", author: "Dévéloper <d@example.com>", zone: "-0930");
        var (name, branches) = await git.NewRepositoryAsync(script);
        var host = GitServerFixture.NewHost();

        var commit = (await host.FindCommitAsync(git.RemoteOf(name), "main", default)).Value;

        Assert.Equal(("Dévéloper", GitCommit.MaxMessageLength), (commit.AuthorName, commit.Message.Length));
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1_700_000_090), TimeSpan.FromHours(-9.5)), (commit.AuthoredAt, commit.AuthoredAt.Offset));
        Assert.Equal((2, branches["side"]), (commit.ParentIds.Count, commit.ParentIds[1]));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("main^{commit}")]
    [InlineData("refs/heads/main")]
    [InlineData("--all")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task FindCommitAsync_NoSuchThing_IsRefNotFound(string reference)
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        Assert.Equal(GitErrors.RefNotFound, (await host.FindCommitAsync(git.RemoteOf(name), reference, default)).Error!.Code);
        Assert.Equal(GitErrors.RefNotFound, (await host.FindCommitAsync(git.RemoteOf(name), commit[..12], default)).Error!.Code);
    }

    [Fact]
    public async Task FindCommitAsync_EmptyRepository_IsRefNotFound()
    {
        var name = await git.NewEmptyRepositoryAsync();

        Assert.Equal(GitErrors.RefNotFound, (await GitServerFixture.NewHost().FindCommitAsync(git.RemoteOf(name), "main", default)).Error!.Code);
    }

    [Fact]
    public async Task FindCommitAsync_TagOfAFile_IsRefNotFound()
    {
        var script = new ImportScript().Line("blob").Line("mark :1").Line("data 1").Line("x").Line("tag file").Line("from :1").Line("tagger D <d@example.com> 1 +0000").Line("data 0").Commit("main", "One").File("a", "1");
        var (name, _) = await git.NewRepositoryAsync(script);

        Assert.Equal(GitErrors.RefNotFound, (await GitServerFixture.NewHost().FindCommitAsync(git.RemoteOf(name), "file", default)).Error!.Code);
    }

    [Fact]
    public async Task FindCommitAsync_TimeThatIsNone_IsAnErrorAndNoException()
    {
        var script = new ImportScript().Line("commit refs/heads/main").Line("committer Dev <dev@example.com> 99999999999999 +0000").Line("data 0");
        var (name, _) = await git.NewRepositoryAsync(script);

        Assert.Equal(GitErrors.SourceUnsafe, (await GitServerFixture.NewHost().FindCommitAsync(git.RemoteOf(name), "main", default)).Error!.Code);
    }

    [Fact]
    public async Task Fetch_CommitOfABranch_BringsNoOtherBranch()
    {
        var script = new ImportScript().Commit("main", "One").File("a", "1").Commit("big", "Big", from: "main").File("b", "2").File("c", "3");
        var (name, branches) = await git.NewRepositoryAsync(script);
        var conversation = new GitConversation(
            new Uri(git.Server.UrlOf(name)), GitServerFixture.Credential, new PlainGitLimits(), new SourceLimits(), TimeProvider.System, TestContext.Current.CancellationToken);
        using var workspace = conversation.NewWorkspace();

        Assert.NotNull(conversation.Fetch(workspace, conversation.ListRefs(), branches["main"]));

        Assert.Equal(3, workspace.Repository.ObjectDatabase.Count()); // commit, folder, file
    }
}
