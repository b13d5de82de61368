using ProCode.Dev;
using ProCode.Repos;
using ProCode.Tests.Repos.Gitee;
using ProCode.Tests.Repos.GitLab;
using ProCode.Tests.Repos.PlainGit;

namespace ProCode.Tests.Repos.Documented;

/// <summary>What the APIs don't do, done by git with the same address and token, against a real git server.</summary>
public sealed class PushedByGitTests : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("git-behind-api-");
    private GitServer _git = null!;

    public async ValueTask InitializeAsync() => _git = await GitServer.StartAsync(_root.FullName, "oauth2", DocumentedServer.Token, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _git.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("gitlab")]
    [InlineData("gitee")]
    public async Task PushFirstCommitAsync_EmptyRepository_HoldsIt(string host)
    {
        await _git.CreateRepositoryAsync("agent", new Dictionary<string, string>(), default);
        await using DocumentedServer server = host == "gitlab" ? new GitLabServer() : new GiteeServer();
        await StartAsync(server);
        var first = new GitFirstCommit("main", "First", new Dictionary<string, ReadOnlyMemory<byte>> { ["agent/main.py"] = "print(1)\n"u8.ToArray() });

        var made = await server.NewHost().PushFirstCommitAsync(server.Remote, first, default);
        var again = await server.NewHost().PushFirstCommitAsync(server.Remote, first, default);

        Assert.True(made.Succeeded, made.Error?.Message);
        Assert.Equal(made.Value, Assert.Single(_git.BranchesOf("agent")).Value);
        Assert.Equal(made.Value, again.Value);
    }

    [Fact]
    public async Task GiteeEnsureTagAsync_ApiTakesNoCommitIds_IsAnAnnotatedTagOfGit()
    {
        var commit = await _git.CreateRepositoryAsync("agent", new Dictionary<string, string> { ["main.py"] = "1" }, default);
        await using var server = new GiteeServer { TakesCommitIds = false };
        await StartAsync(server);
        server.Project.Commits[commit] = new FakeCommit(commit, "x", "Ada", DateTimeOffset.UnixEpoch, []);
        server.Project.Branches["main"] = commit;

        var tagged = await server.NewHost().EnsureTagAsync(server.Remote, "v1.0.0", commit, "Release", default);
        var branched = await server.NewHost().EnsureBranchAsync(server.Remote, "release", commit, default);

        Assert.True(tagged.Succeeded, tagged.Error?.Message);
        Assert.True(branched.Succeeded, branched.Error?.Message);
        Assert.Equal(commit, _git.TagsOf("agent")["v1.0.0"]);
        var tag = File.ReadAllText(Path.Combine(_root.FullName, "agent.git", "refs", "tags", "v1.0.0")).Trim();
        Assert.NotEqual(commit, tag); // an object of its own: annotated
        Assert.Equal(commit, _git.BranchesOf("agent")["release"]);
    }

    private async Task StartAsync(DocumentedServer server)
    {
        server.RealGit = (GitServerFixture.NewHost(), new Uri(_git.UrlOf("agent")));
        await server.StartAsync();
    }
}
