using ProCode.Repos;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubCompareTests
{
    private static readonly string First = GitHubFixture.First;
    private static readonly string Second = GitHubFixture.Second;

    [Fact]
    public async Task CompareAsync_BranchAndTag_ComparesTheirCommits()
    {
        await using var github = await StartAsync();
        string[] status = ["added", "modified", "removed", "renamed", "copied", "changed", "unchanged"];
        github.On($"GET /compare/{First}...{Second}", Comparison(2, 2, status.Select(one => (one, one == "renamed" ? "old" : null))));

        var comparison = (await github.Host.CompareAsync(github.Remote, "main", "v1", default)).Value;

        Assert.Equal(["1", "2"], comparison.Commits.Select(commit => commit.Id));
        Assert.Equal("Mona", comparison.Commits[0].AuthorName);
        Assert.Equal(
            [
                new GitFileChange("f-added", GitChangeKind.ADDED), new GitFileChange("f-modified", GitChangeKind.MODIFIED), new GitFileChange("f-removed", GitChangeKind.REMOVED),
                new GitFileChange("f-renamed", GitChangeKind.RENAMED, "old"), new GitFileChange("f-copied", GitChangeKind.ADDED), new GitFileChange("f-changed", GitChangeKind.MODIFIED),
            ],
            comparison.Files);
        Assert.False(comparison.IsTruncated);
    }

    [Theory]
    [InlineData(250, 250, 0, false)]
    [InlineData(251, 250, 0, true)]
    [InlineData(1, 1, 299, false)]
    [InlineData(1, 1, 300, true)] // as many as GitHub tells: there may be more
    public async Task CompareAsync_AsMuchAsGitHubTells_IsTruncatedWhenThereMayBeMore(int total, int commits, int files, bool isTruncated)
    {
        await using var github = await StartAsync();
        github.On($"GET /compare/{First}...{Second}", Comparison(total, commits, Enumerable.Repeat(("added", (string?)null), files)));

        var comparison = (await github.Host.CompareAsync(github.Remote, "main", "v1", default)).Value;

        Assert.Equal((commits, files, isTruncated), (comparison.Commits.Count, comparison.Files.Count, comparison.IsTruncated));
    }

    [Fact]
    public async Task CompareAsync_CommitWithoutAuthor_IsTold()
    {
        await using var github = await StartAsync();
        var commit = new { sha = "1", commit = new { message = "m", author = (object?)null }, parents = Array.Empty<object>() };
        github.On($"GET /compare/{First}...{Second}", ScriptedAnswer.Json(new { total_commits = 1, commits = new[] { commit } }));

        Assert.Equal("", Assert.Single((await github.Host.CompareAsync(github.Remote, "main", "v1", default)).Value.Commits).AuthorName);
    }

    [Fact]
    public async Task CompareAsync_UnknownStatus_IsNotAsDocumented()
    {
        await using var github = await StartAsync();
        github.On($"GET /compare/{First}...{Second}", Comparison(1, 1, [("teleported", null)]));

        Assert.Equal(GitErrors.RepositoryUnreachable, (await github.Host.CompareAsync(github.Remote, "main", "v1", default)).Error!.Code);
    }

    [Fact]
    public async Task CompareAsync_NothingInCommon_IsRefusedWithGitHubsWords()
    {
        await using var github = await StartAsync();
        github.On($"GET /compare/{First}...{Second}", ScriptedAnswer.Json(new { message = "No common ancestor between 1 and 2." }, 404))
            .On($"GET /git/commits/{First}", GitHubFixture.Commit(First)).On($"GET /git/commits/{Second}", GitHubFixture.Commit(Second));

        var error = (await github.Host.CompareAsync(github.Remote, "main", "v1", default)).Error!;

        Assert.Equal(GitErrors.RequestRefused, error.Code);
        Assert.Contains("No common ancestor", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("somebody:main")] // a branch of another repository, for GitHub
    public async Task CompareAsync_UnknownName_IsRefNotFound(string name)
    {
        await using var github = await StartAsync();
        github.On("GET ", GitHubFixture.Repository);

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.CompareAsync(github.Remote, "main", name, default)).Error!.Code);
    }

    private static async Task<GitHubFixture> StartAsync() => (await GitHubFixture.StartAsync())
        .On("GET /git/ref/heads%2Fmain", GitHubFixture.Ref("heads/main", First)).On("GET /git/ref/tags%2Fmain", GitHubFixture.NotFound)
        .On("GET /git/ref/heads%2Fv1", GitHubFixture.NotFound).On("GET /git/ref/tags%2Fv1", GitHubFixture.Ref("tags/v1", Second))
        .On("GET /git/ref/heads%2Fnone", GitHubFixture.NotFound).On("GET /git/ref/tags%2Fnone", GitHubFixture.NotFound);

    private static ScriptedAnswer Comparison(int total, int commits, IEnumerable<(string Status, string? Old)> files) => ScriptedAnswer.Json(new
    {
        total_commits = total,
        commits = Enumerable.Range(1, commits).Select(number => new
        {
            sha = $"{number}",
            commit = new { message = "m", author = new { name = "Mona", date = "2026-02-01T10:00:00Z" } },
            parents = new[] { new { sha = First } },
        }),
        files = files.Select(file => new { filename = "f-" + file.Status, status = file.Status, previous_filename = file.Old }),
    });
}
