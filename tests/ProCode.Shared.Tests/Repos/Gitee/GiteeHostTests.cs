using System.Text.Json.Nodes;
using ProCode.Repos;
using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.Gitee;

/// <summary>What only Gitee does.</summary>
public sealed class GiteeHostTests() : HostContract(new GiteeServer())
{
    [Fact]
    public async Task EnsureTagAsync_HostTakesNoCommitIds_IsPushed()
    {
        ((GiteeServer)Server).TakesCommitIds = false;
        var commit = Project.Commit();

        Ok(await Host.EnsureTagAsync(Remote, "v1", commit, "Release", default));
        Ok(await Host.EnsureBranchAsync(Remote, "new", commit, default));

        Assert.Equal([$"EnsureTagAsync v1 {commit} Release", $"EnsureBranchAsync new {commit}"], Server.Git.Calls);
        Assert.Empty(Project.Tags);
    }

    [Fact]
    public async Task EnsureTagAsync_HostRefusesTheName_GitHearsWhy()
    {
        Ok(await Host.EnsureTagAsync(Remote, "refused", Project.Commit(), "Release", default));

        Assert.Single(Server.Git.Calls);
    }

    [Fact]
    public async Task EnsureTagAsync_HostMakesItElsewhere_IsNoSuccess()
    {
        var (first, head) = (Project.Commit(), Project.Commit());
        Server.Instead = call =>
        {
            if (call.Endpoint.Name != "create-tag") return null;
            Project.Tags["v1"] = new FakeTag(head, "on the default branch");
            return new FakeAnswer(201, call.Endpoint.Shape(("name", "v1"), ("commit.sha", head)));
        };

        var error = Fails(GitErrors.TagExists, await Host.EnsureTagAsync(Remote, "v1", first, "Release", default));

        Assert.Contains(head, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group/sub/agent")]
    [InlineData("agent")]
    public async Task GetRepositoryAsync_PathIsNotOwnerAndName_IsUnreachable(string path)
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.GetRepositoryAsync(Server.RemoteOf(path), default));
    }

    [Fact]
    public async Task GetRepositoryAsync_NoBranchesList_IsEmpty()
    {
        Server.Instead = call => call.Endpoint.Name == "list-branches" ? DocumentedServer.Problem(404, "Repository is empty") : null;

        Assert.Equal(new GitRepository(null, IsEmpty: true), Ok(await Host.GetRepositoryAsync(Remote, default)));
    }

    [Theory]
    [InlineData("[\"aaa\",\"bbb\"]")]
    [InlineData("[{\"sha\":\"aaa\",\"url\":\"https://gitee.com\"},{\"sha\":\"bbb\"}]")]
    [InlineData("{\"sha\":\"aaa\",\"shas\":[\"aaa\",\"bbb\"]}")]
    public async Task FindCommitAsync_ParentsInAnyForm_AreTold(string parents)
    {
        var commit = Project.Commit();
        Server.Afterwards = (call, answer) =>
        {
            if (call.Endpoint.Name == "get-commit") answer.Json!["parents"] = JsonNode.Parse(parents);
            return answer;
        };

        Assert.Equal(["aaa", "bbb"], Ok(await Host.FindCommitAsync(Remote, commit, default)).ParentIds);
    }

    [Fact]
    public async Task CompareAsync_FilesAreCutByTheHost_IsSaid()
    {
        Project.Commit();
        Server.Afterwards = (_, answer) =>
        {
            answer.Json!["truncated"] = true;
            answer.Json["files"]![0]!["status"] = "renamed";
            answer.Json["files"]![1]!["status"] = null;
            return answer;
        };

        var compared = Ok(await Host.CompareAsync(Remote, "main", "main", default));

        Assert.True(compared.IsTruncated);
        Assert.Equal([GitChangeKind.RENAMED, GitChangeKind.MODIFIED, GitChangeKind.REMOVED], compared.Files.Select(file => file.Kind));
    }

    [Fact]
    public async Task CompareAsync_NameWithDots_IsNotAsked()
    {
        Fails(GitErrors.RefNotFound, await Host.CompareAsync(Remote, "a...b", "main", default));

        Assert.DoesNotContain("compare", Server.Requests);
    }

    [Fact]
    public async Task Calls_LimitIsUsedUpAndForbidden_SayWhenToComeBack()
    {
        Server.Instead = _ => DocumentedServer.Problem(403, "403 Forbidden (Rate Limit Exceeded)") with
        {
            Headers = new Dictionary<string, string> { ["X-RateLimit-Limit"] = "60", ["X-RateLimit-Remaining"] = "0" },
        };

        Assert.NotNull(Fails(GitErrors.RateLimited, await Host.GetRepositoryAsync(Remote, default)).RetryAfter);
    }

    [Fact]
    public async Task CreateMergeRequestAsync_AnswerIsLost_IsNotSentAgain()
    {
        Project.Commit(branch: "new", from: Project.Commit());
        Server.Afterwards = (call, answer) => call.Endpoint.Name == "create-pull" ? answer with { BreaksOff = true } : answer;

        Fails(GitErrors.HostUnavailable, await Host.CreateMergeRequestAsync(Remote, new GitMergeRequestOrder("new", "main", "t", ""), default));

        Assert.Single(Server.Requests, "create-pull");
        Assert.Single(Project.MergeRequests);
    }
}
