using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.Documented;

/// <summary>Branches and tags are made once.</summary>
public abstract class MakingContract : HostContract
{
    private protected MakingContract(DocumentedServer server)
        : base(server)
    {
    }

    [Theory]
    [InlineData("v1.0.0")]
    [InlineData("release/größe-v1")]
    [InlineData("a+b%20c#d&e=f")]
    public async Task EnsureTagAsync_New_IsAnnotatedAndOnTheCommit(string tag)
    {
        var first = Project.Commit();
        Project.Commit();

        Ok(await Host.EnsureTagAsync(Remote, tag, first, "Release größe\n\nwith a body", default));

        Assert.Equal(new FakeTag(first, "Release größe\n\nwith a body"), Assert.Single(Project.Tags).Value);
        Assert.Equal(tag, Assert.Single(Project.Tags).Key);
        Assert.Empty(Server.Git.Calls);
    }

    [Fact]
    public async Task EnsureTagAsync_NoMessage_IsAnnotatedAllTheSame()
    {
        Ok(await Host.EnsureTagAsync(Remote, "v1", Project.Commit(), " ", default));

        Assert.Equal("v1", Project.Tags["v1"].Message);
    }

    [Fact]
    public async Task EnsureTagAsync_Again_ChangesNothing()
    {
        var commit = Project.Commit();
        Ok(await Host.EnsureTagAsync(Remote, "v1", commit, "first", default));

        Ok(await Host.EnsureTagAsync(Remote, "v1", commit, "second", default));

        Assert.Equal("first", Project.Tags["v1"].Message);
        Assert.Single(Server.Requests, "create-tag");
    }

    [Fact]
    public async Task EnsureTagAsync_OnAnotherCommit_IsTagExistsAndChangesNothing()
    {
        var (first, second) = (Project.Commit(), Project.Commit());
        Project.Tags["v1"] = new FakeTag(first, "by hand");

        var error = Fails(GitErrors.TagExists, await Host.EnsureTagAsync(Remote, "v1", second, "Release", default));

        Assert.Contains(first, error.Message, StringComparison.Ordinal);
        Assert.Equal(new FakeTag(first, "by hand"), Project.Tags["v1"]);
        Assert.DoesNotContain("create-tag", Server.Requests);
    }

    [Theory]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("main")]
    [InlineData("")]
    public async Task Ensure_UnknownCommit_IsRefNotFound(string commit)
    {
        Project.Commit();

        Fails(GitErrors.RefNotFound, await Host.EnsureTagAsync(Remote, "v1", commit, "Release", default));
        Fails(GitErrors.RefNotFound, await Host.EnsureBranchAsync(Remote, "new", commit, default));
        Assert.Empty(Project.Tags);
        Assert.Single(Project.Branches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-f")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("two words")]
    [InlineData("v1^{}")]
    public async Task Ensure_NotAName_IsInvalid(string name)
    {
        var commit = Project.Commit();

        Assert.Equal(ErrorKind.Invalid, (await Host.EnsureTagAsync(Remote, name, commit, "Release", default)).Error!.Kind);
        Assert.Equal(ErrorKind.Invalid, (await Host.EnsureBranchAsync(Remote, name, commit, default)).Error!.Kind);
        Assert.Empty(Project.Tags);
        Assert.Single(Project.Branches);
    }

    [Fact]
    public async Task Ensure_NoSuchRepository_IsUnreachable()
    {
        var commit = Project.Commit();

        Fails(GitErrors.RepositoryUnreachable, await Host.EnsureTagAsync(Server.RemoteOf("nobody/nothing"), "v1", commit, "Release", default));
        Fails(GitErrors.RepositoryUnreachable, await Host.EnsureBranchAsync(Server.RemoteOf("nobody/nothing"), "new", commit, default));
    }

    [Fact]
    public async Task EnsureTagAsync_TwentyCallersTwoCommits_MakeOneTag()
    {
        string[] commits = [Project.Commit(), Project.Commit()];

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (Commit: commits[i % 2], Result: await Host.EnsureTagAsync(Remote, "v1", commits[i % 2], $"by {i}", default))));

        var made = Assert.Single(Project.Tags).Value.Commit;
        Assert.All(results.Where(result => result.Commit == made), result => Ok(result.Result));
        Assert.All(results.Where(result => result.Commit != made), result => Fails(GitErrors.TagExists, result.Result));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnsureTagAsync_SomebodyIsFasterBehindOurLook_IsFineOnTheSameCommitOnly(bool same)
    {
        var (first, second) = (Project.Commit(), Project.Commit());
        Server.Instead = call =>
        {
            if (call.Endpoint.Name == "create-tag") Project.Tags["v1"] = new FakeTag(same ? second : first, "faster");
            return null;
        };

        var result = await Host.EnsureTagAsync(Remote, "v1", second, "Release", default);

        if (same) Ok(result);
        else Fails(GitErrors.TagExists, result);
        Assert.Equal("faster", Project.Tags["v1"].Message);
    }

    [Fact]
    public async Task EnsureTagAsync_AnswerIsLost_IsMadeOnce()
    {
        var commit = Project.Commit();
        var lost = 0;
        Server.Afterwards = (call, answer) => call.Endpoint.Name == "create-tag" && lost++ == 0 ? answer with { BreaksOff = true } : answer;

        Ok(await Host.EnsureTagAsync(Remote, "v1", commit, "Release", default));

        Assert.Equal(commit, Assert.Single(Project.Tags).Value.Commit);
        Assert.Equal(2, Server.Requests.Count(name => name == "create-tag"));
        Assert.Empty(Server.Git.Calls);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("feature/größe/1")]
    public async Task EnsureBranchAsync_NewAgainAndElsewhere_IsMadeOnce(string branch)
    {
        var (first, second) = (Project.Commit(), Project.Commit());

        Ok(await Host.EnsureBranchAsync(Remote, branch, first, default));
        Ok(await Host.EnsureBranchAsync(Remote, branch, first, default));
        var error = Fails(GitErrors.BranchExists, await Host.EnsureBranchAsync(Remote, branch, second, default));

        Assert.Equal(first, Project.Branches[branch]);
        Assert.Contains(first, error.Message, StringComparison.Ordinal);
        Assert.Single(Server.Requests, "create-branch");
    }

    [Fact]
    public async Task EnsureBranchAsync_TwentyCallersTwoCommits_MakeOneBranch()
    {
        string[] commits = [Project.Commit(), Project.Commit()];

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (Commit: commits[i % 2], Result: await Host.EnsureBranchAsync(Remote, "new", commits[i % 2], default))));

        Assert.All(results.Where(result => result.Commit == Project.Branches["new"]), result => Ok(result.Result));
        Assert.All(results.Where(result => result.Commit != Project.Branches["new"]), result => Fails(GitErrors.BranchExists, result.Result));
    }

    [Fact]
    public async Task EnsureTagAsync_NoPermission_IsAccessDeniedUnlessItIsThere()
    {
        var commit = Project.Commit();
        Server.Instead = call => call.Endpoint.Name == "create-tag" ? DocumentedServer.Problem(403, $"403 Forbidden {DocumentedServer.Token}") : null;

        Fails(GitErrors.AccessDenied, await Host.EnsureTagAsync(Remote, "v1", commit, "Release", default));
        Project.Tags["v1"] = new FakeTag(commit, "by an owner");
        Ok(await Host.EnsureTagAsync(Remote, "v1", commit, "Release", default));
    }

    [Fact]
    public async Task PushFirstCommitAsync_IsHandedToGit()
    {
        Assert.Equal(new string('f', 40), Ok(await Host.PushFirstCommitAsync(Remote, new GitFirstCommit("main", "First", new Dictionary<string, ReadOnlyMemory<byte>>()), default)));

        Assert.Equal("PushFirstCommitAsync", Assert.Single(Server.Git.Calls));
        Assert.Empty(Server.Requests);
    }
}
