using System.Text.Json.Nodes;
using ProCode.Repos;
using ProCode.Tests.Repos.Documented;

namespace ProCode.Tests.Repos.GitLab;

/// <summary>What only GitLab does.</summary>
public sealed class GitLabHostTests() : HostContract(new GitLabServer())
{
    [Fact]
    public async Task GetRepositoryAsync_CallerMaySeeLittle_GoesByTheDefaultBranch()
    {
        Project.Commit();
        Server.Afterwards = (_, answer) =>
        {
            answer.Json!.AsObject().Remove("empty_repo");
            return answer;
        };

        Assert.Equal(new GitRepository("main", IsEmpty: false), Ok(await Host.GetRepositoryAsync(Remote, default)));
        Project.DefaultBranch = "";
        Assert.Equal(new GitRepository(null, IsEmpty: true), Ok(await Host.GetRepositoryAsync(Remote, default)));
    }

    [Theory]
    [InlineData("group/agent")]
    [InlineData("a/b/c/d/e")]
    public async Task GetRepositoryAsync_SubGroups_AreOneEscapedId(string path)
    {
        string? id = null;
        Server.Instead = call =>
        {
            id = call.Path["id"];
            return null;
        };

        Fails(GitErrors.RepositoryUnreachable, await Host.GetRepositoryAsync(Server.RemoteOf(path), default));

        Assert.Equal(path, id);
    }

    [Fact]
    public async Task FindRefsAsync_OneIsKnown_AsksNothingMore()
    {
        Project.Commit();

        Ok(await Host.FindRefsAsync(Remote, new GitRefNames(["main"], ["v1"]), default));

        Assert.Equal(["get-branch", "get-tag"], Server.Requests.Order());
    }

    [Fact]
    public async Task Tags_OnNoCommit_AreNoTagsToRelease()
    {
        var commit = Project.Commit();
        Project.Tags["tree"] = new FakeTag(commit, "x");
        Project.Tags["v1"] = new FakeTag(commit, "x");
        Server.Afterwards = (_, answer) =>
        {
            foreach (var tag in answer.Json is JsonArray list ? list : [])
            {
                if (tag!["name"]!.GetValue<string>() == "tree") tag["commit"] = null;
            }

            if (answer.Json is JsonObject one && one["name"]?.GetValue<string>() == "tree") one["commit"] = null;
            return answer;
        };

        Assert.Equal([new GitRef("v1", commit)], Ok(await Host.ListTagsAsync(Remote, new GitPageRequest(50), default)).Items);
        Assert.Empty(Ok(await Host.FindRefsAsync(Remote, new GitRefNames([], ["tree"]), default)).Tags);
        Fails(GitErrors.RefNotFound, await Host.FindCommitAsync(Remote, "tree", default));
        Fails(GitErrors.TagExists, await Host.EnsureTagAsync(Remote, "tree", commit, "x", default));
    }

    [Fact]
    public async Task EnsureTagAsync_HostRefusesTheName_SaysSoInItsWords()
    {
        var commit = Project.Commit();

        var error = Fails(GitErrors.RequestRefused, await Host.EnsureTagAsync(Remote, "refused-1", commit, "Release", default));

        Assert.Contains("refused-1 is not allowed here", error.Message, StringComparison.Ordinal);
        Fails(GitErrors.RequestRefused, await Host.EnsureBranchAsync(Remote, "refused-2", commit, default));
        Assert.Empty(Server.Git.Calls);
    }

    [Fact]
    public async Task CreateWebhookAsync_SecretIsAKey_IsTokenAndSigningToken()
    {
        var key = "whsec_" + Convert.ToBase64String(new byte[32]);

        Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder("https://procode.example.com/h", key, [GitWebhookEvent.PUSH]), default));

        Assert.Equal((key, key), (Project.Hooks[0].Secret, Project.Hooks[0].SigningKey));
    }

    [Theory]
    [InlineData("just a password")]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")] // GitLab takes 32 bytes only
    [InlineData("whsec_no base64")]
    public async Task CreateWebhookAsync_SecretIsNoKey_IsTheTokenOnly(string secret)
    {
        Ok(await Host.CreateWebhookAsync(Remote, new GitWebhookOrder("https://procode.example.com/h", secret, [GitWebhookEvent.PUSH]), default));

        Assert.Equal((secret, null), (Project.Hooks[0].Secret, Project.Hooks[0].SigningKey));
    }

    [Fact]
    public async Task CompareAsync_RenamedFilesAndTimeOut_AreTold()
    {
        Project.Commit();
        Server.Afterwards = (_, answer) =>
        {
            answer.Json!["compare_timeout"] = true;
            return answer;
        };

        var compared = Ok(await Host.CompareAsync(Remote, "main", "main", default));

        Assert.Contains(new GitFileChange("moved.py", GitChangeKind.RENAMED, "old.py"), compared.Files);
        Assert.True(compared.IsTruncated);
    }

    [Fact]
    public async Task CompareAsync_CommitsAsThePageShowsThem_AreTold()
    {
        var commit = Project.Commit("Title only");
        Project.Branches["new"] = Project.Commit("Title only", "x", from: commit);
        Server.Afterwards = (_, answer) =>
        {
            foreach (var told in answer.Json!["commits"]!.AsArray())
            {
                foreach (var name in new[] { "message", "parent_ids", "authored_date" }) told!.AsObject().Remove(name);
            }

            return answer;
        };

        var found = Assert.Single(Ok(await Host.CompareAsync(Remote, "main", "new", default)).Commits);

        Assert.Equal("A change", found.Message); // the title
        Assert.Empty(found.ParentIds);
    }

    [Fact]
    public async Task GetMergeRequestAsync_BeingMerged_IsStillOpen()
    {
        Project.MergeRequests.Add(new FakeMergeRequest { Number = 5, Title = "t", Source = "gone", Target = "main", State = "locked" });

        var request = Ok(await Host.GetMergeRequestAsync(Remote, 5, default));

        Assert.Equal((GitMergeRequestState.OPEN, ""), (request.State, request.HeadCommitId));
    }
}
