using System.Formats.Tar;
using ProCode.Repos;
using ProCode.Repos.GitHub;
using ProCode.Results;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>Every request that <see cref="GitHubHost"/> makes, looked at by a server that knows GitHub's own description, and every answer as
/// the description's examples show it.</summary>
public abstract class GitHubDescriptionTests(PrismFixture prism)
{
    private const string Repo = "/repos/octocat/Hello-World";
    private const string Commit = "aa218f56b14c9653891f9e74264a383fa43fefbd";
    private const string Secret = "the-secret";
    private static readonly GitWebhookOrder Order = new("https://procode.example/hooks/github/1", Secret, [GitWebhookEvent.PUSH]);

    [Fact]
    public async Task GetRepositoryAsync_IsDescribed()
    {
        var repository = await AskAsync(
            (host, remote) => host.GetRepositoryAsync(remote, default), [$"GET {Repo} 200", $"GET {Repo}/branches?per_page=1&page=1 200"]);

        Assert.Equal(new GitRepository("master", IsEmpty: false), repository);
    }

    [Fact]
    public async Task FindRefsAsync_BranchAndAnnotatedTag_IsDescribed()
    {
        var refs = await AskAsync(
            (host, remote) => host.FindRefsAsync(remote, new GitRefNames(["featureA"], ["v0.0.1"]), default),
            [$"GET {Repo}/git/ref/heads%2FfeatureA 200", $"GET {Repo}/git/ref/tags%2Fv0.0.1 200", $"GET {Repo}/git/tags/{Commit} 200"],
            wire => wire.Instead[$"GET {Repo}/git/ref/tags%2Fv0.0.1"] = $$$"""{"ref":"refs/tags/v0.0.1","object":{"type":"tag","sha":"{{{Commit}}}"}}""");

        Assert.Equal(Commit, refs.Branches["featureA"]);
        Assert.Equal("c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c", refs.Tags["v0.0.1"]);
    }

    [Fact]
    public async Task FindCommitAsync_FullId_IsDescribed()
    {
        var commit = await AskAsync(
            (host, remote) => host.FindCommitAsync(remote, Commit, default),
            [$"GET {Repo}/git/ref/heads%2F{Commit} 404", $"GET {Repo}/git/ref/tags%2F{Commit} 404", $"GET {Repo} 200", $"GET {Repo}/git/commits/{Commit} 200"],
            wire => (wire.Status[$"GET {Repo}/git/ref/heads%2F{Commit}"], wire.Status[$"GET {Repo}/git/ref/tags%2F{Commit}"]) = (404, 404));

        Assert.Equal("7638417db6d59f3c431d3e1f261cc637155684cd", commit.Id);
        Assert.Equal("added readme, because im a good github citizen", commit.Message);
        Assert.Equal(new DateTimeOffset(2014, 11, 7, 22, 1, 45, TimeSpan.Zero), commit.AuthoredAt);
    }

    [Fact]
    public async Task ListBranchesAsync_IsDescribed()
    {
        var page = await AskAsync((host, remote) => host.ListBranchesAsync(remote, new GitPageRequest(200), default), [$"GET {Repo}/branches?per_page=100&page=1 200"]);

        Assert.Equal(new GitRef("master", "c5b97d5ae6c19d5c5df71a34c7fbeeda2479ccbc"), Assert.Single(page.Items));
    }

    [Fact]
    public async Task ListTagsAsync_IsDescribed()
    {
        var page = await AskAsync((host, remote) => host.ListTagsAsync(remote, new GitPageRequest(20), default), [$"GET {Repo}/tags?per_page=20&page=1 200"]);

        Assert.Equal(new GitRef("v0.1", "c5b97d5ae6c19d5c5df71a34c7fbeeda2479ccbc"), Assert.Single(page.Items));
    }

    [Fact]
    public Task EnsureBranchAsync_IsDescribed() =>
        AskAsync((host, remote) => host.EnsureBranchAsync(remote, "featureA", Commit, default), [$"POST {Repo}/git/refs 201"]);

    [Fact]
    public Task EnsureTagAsync_IsDescribed() => AskAsync(
        (host, remote) => host.EnsureTagAsync(remote, "v0.0.1", Commit, "Release", default),
        [$"GET {Repo}/git/ref/tags%2Fv0.0.1 404", $"POST {Repo}/git/tags 201", $"POST {Repo}/git/refs 201"],
        wire => wire.Status[$"GET {Repo}/git/ref/tags%2Fv0.0.1"] = 404);

    [Fact]
    public async Task ArchiveAsync_IsDescribedAndTheOtherServerGetsNoCredential()
    {
        var (host, wire) = prism.NewHost();
        using var tar = new MemoryStream();

        var done = await host.ArchiveAsync(prism.Remote, Commit, tar, default);

        Assert.True(done.Succeeded, done.Error?.Message);
        Assert.Equal([$"GET {Repo}/tarball/{Commit} 302"], wire.Exchanges);
        Assert.Empty(wire.Violations);
        Assert.DoesNotContain("the-token", wire.ArchiveHeaders!, StringComparison.Ordinal);
        tar.Position = 0;
        Assert.Equal("README", new TarReader(tar).GetNextEntry()!.Name);
    }

    [Fact]
    public async Task CompareAsync_IsDescribed()
    {
        var comparison = await AskAsync(
            (host, remote) => host.CompareAsync(remote, "featureA", Commit, default),
            [
                $"GET {Repo}/git/ref/heads%2FfeatureA 200", $"GET {Repo}/git/ref/tags%2FfeatureA 200", $"GET {Repo}/git/ref/heads%2F{Commit} 200",
                $"GET {Repo}/git/ref/tags%2F{Commit} 200", $"GET {Repo}/compare/{Commit}...{Commit} 200",
            ]);

        Assert.Equal("6dcb09b5b57875f334f61aebed695e2e4193db5e", Assert.Single(comparison.Commits).Id);
        Assert.Equal(new GitFileChange("file1.txt", GitChangeKind.ADDED), Assert.Single(comparison.Files));
        Assert.False(comparison.IsTruncated);
    }

    [Fact]
    public async Task ListWebhooksAsync_IsDescribed()
    {
        var page = await AskAsync((host, remote) => host.ListWebhooksAsync(remote, new GitPageRequest(50), default), [$"GET {Repo}/hooks?per_page=50&page=1 200"]);

        var hook = Assert.Single(page.Items);
        Assert.Equal(("12345678", "https://example.com/webhook"), (hook.Id, hook.Url));
        Assert.Equal([GitWebhookEvent.PUSH, GitWebhookEvent.TAG_PUSH], hook.Events);
    }

    [Fact]
    public async Task CreateWebhookAsync_IsDescribed() =>
        Assert.Equal("12345678", await AskAsync((host, remote) => host.CreateWebhookAsync(remote, Order, default), [$"POST {Repo}/hooks 201"]));

    [Fact]
    public Task UpdateWebhookAsync_IsDescribed() =>
        AskAsync((host, remote) => host.UpdateWebhookAsync(remote, "12345678", Order, default), [$"PATCH {Repo}/hooks/12345678 200"]);

    [Fact]
    public Task DeleteWebhookAsync_IsDescribed() =>
        AskAsync((host, remote) => host.DeleteWebhookAsync(remote, "12345678", default), [$"DELETE {Repo}/hooks/12345678 204"]);

    [Fact]
    public async Task CreateMergeRequestAsync_OpenOneIsThere_IsDescribed()
    {
        var request = await AskAsync(
            (host, remote) => host.CreateMergeRequestAsync(remote, new GitMergeRequestOrder("new-topic", "master", "Amazing new feature", "Please pull"), default),
            [$"POST {Repo}/pulls 422", $"GET {Repo}/pulls?state=open&head=octocat%3Anew-topic&base=master&per_page=100 200"],
            wire => wire.Status[$"POST {Repo}/pulls"] = 422);

        Assert.Equal((1347, "new-topic", "master"), (request.Number, request.SourceBranch, request.TargetBranch));
    }

    [Fact]
    public async Task CreateMergeRequestAsync_New_IsDescribed()
    {
        var request = await AskAsync(
            (host, remote) => host.CreateMergeRequestAsync(remote, new GitMergeRequestOrder("new-topic", "master", "Amazing new feature", "Please pull"), default),
            [$"POST {Repo}/pulls 201"]);

        Assert.Equal("https://github.com/octocat/Hello-World/pull/1347", request.WebUrl);
    }

    [Fact]
    public async Task GetMergeRequestAsync_IsDescribed()
    {
        var request = await AskAsync((host, remote) => host.GetMergeRequestAsync(remote, 1347, default), [$"GET {Repo}/pulls/1347 200"]);

        // The example is one that is open and has a time of merging; only a merged one can have that.
        Assert.Equal((1347, GitMergeRequestState.MERGED, "new-topic", "master"), (request.Number, request.State, request.SourceBranch, request.TargetBranch));
        Assert.Equal("6dcb09b5b57875f334f61aebed695e2e4193db5e", request.HeadCommitId);
    }

    // The proof that the tests above can fail.
    [Theory]
    [InlineData("POST", "/git/refs", """{"ref":"refs/heads/a"}""", "sha")]
    [InlineData("POST", "/git/tags", """{"tag":"v1","message":"m","object":"aa","type":"branch"}""", "type")]
    [InlineData("POST", "/hooks", """{"name":"web","config":{"url":"https://a.example","contentType":"json"}}""", "contentType")]
    [InlineData("PATCH", "/hooks/abc", """{"active":true}""", "hook_id")]
    [InlineData("POST", "/pulls", """{"title":"t","source":"a","base":"b"}""", "head")]
    [InlineData("GET", "/branches?per_page=many", null, "per_page")]
    [InlineData("GET", "/pulls?source=a", null, "source")]
    [InlineData("GET", "/git/refs/heads/a", null, "found")]
    public async Task Prism_RequestThatIsNotDescribed_IsRefused(string method, string path, string? body, string why)
    {
        var (_, wire) = prism.NewHost();
        using var http = new HttpClient(wire);
        using var request = new HttpRequestMessage(new HttpMethod(method), wire.Api + Repo + path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await http.SendAsync(request);

        var complaints = string.Join(' ', wire.Violations) + await response.Content.ReadAsStringAsync();
        Assert.Contains(why, complaints, StringComparison.Ordinal);
        Assert.True((int)response.StatusCode is 404 or 422 || !wire.Violations.IsEmpty, complaints);
    }

    private async Task<T> AskAsync<T>(Func<GitHubHost, GitRemote, Task<Result<T>>> ask, string[] exchanges, Action<PrismHandler>? prepare = null)
    {
        var (host, wire) = prism.NewHost();
        prepare?.Invoke(wire);

        var result = await ask(host, prism.Remote);

        Assert.True(result.Succeeded, result.Error?.Message);
        Assert.Equal(exchanges.Order(), wire.Exchanges.Order());
        Assert.Empty(wire.Violations);
        return result.Value;
    }
}
