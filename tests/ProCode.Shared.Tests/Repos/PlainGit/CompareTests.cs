using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class CompareTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    private static readonly string LongText = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"line {i}"));

    [Fact]
    public async Task CompareAsync_BranchAheadOfAMovedOne_IsItsOwnChangesOnly()
    {
        var script = new ImportScript()
            .Commit("main", "Root", 0).File("kept", "1").File("changed", "1").File("gone", "1").File("ordner/ä.txt", LongText).File("run", "x")
            .Commit("feature/one", "First", 10, from: "main").File("new", "2").Delete("gone")
            .Commit("main", "Elsewhere", 15).File("kept", "elsewhere")
            .Commit("feature/one", "Second", 20).File("changed", "3").Rename("ordner/ä.txt", "ordner/ö ü.txt").File("run", "target", "120000");
        var (name, branches) = await git.NewRepositoryAsync(script);

        var comparison = await CompareAsync(name, "main", "feature/one");

        Assert.Equal(["First", "Second"], comparison.Commits.Select(commit => commit.Message));
        Assert.Equal(branches["feature/one"], comparison.Commits[^1].Id);
        Assert.Equal(
            [
                new("changed", GitChangeKind.MODIFIED), new("gone", GitChangeKind.REMOVED), new("new", GitChangeKind.ADDED),
                new("ordner/ö ü.txt", GitChangeKind.RENAMED, "ordner/ä.txt"), new("run", GitChangeKind.MODIFIED),
            ],
            comparison.Files);
        Assert.False(comparison.IsTruncated);
    }

    [Fact]
    public async Task CompareAsync_TagsAndIds_AreTakenToo()
    {
        var script = new ImportScript().Commit("main", "One", 0).File("a", "1").Ref("refs/tags/v1", "main").Commit("main", "Two", 1).File("a", "2").Commit("main", "Three", 2).File("b", "3");
        var (name, branches) = await git.NewRepositoryAsync(script);
        var tagged = git.Server.TagsOf(name)["v1"];

        Assert.Equal(["Two", "Three"], (await CompareAsync(name, "v1", branches["main"])).Commits.Select(commit => commit.Message));
        Assert.Equal([new("a", GitChangeKind.MODIFIED), new("b", GitChangeKind.ADDED)], (await CompareAsync(name, tagged, "main")).Files);
    }

    [Fact]
    public async Task CompareAsync_NothingNew_IsEmpty()
    {
        var (name, first) = await git.NewRepositoryAsync();
        await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });

        Assert.Equal((0, 0, false), Counts(await CompareAsync(name, "main", "main")));
        Assert.Equal((0, 0, false), Counts(await CompareAsync(name, "main", first))); // it is behind
    }

    [Fact]
    public async Task CompareAsync_Merge_HasEveryCommitThatCameWithIt()
    {
        var script = new ImportScript()
            .Commit("main", "Root", 0).File("a", "1")
            .Commit("left", "Left", 30, from: "main").File("l", "1")
            .Commit("right", "Right", 20, from: "main").File("r", "1")
            .Commit("left", "Merge", 10, merge: "right").File("r", "1"); // its clock is slow
        var (name, _) = await git.NewRepositoryAsync(script);

        var comparison = await CompareAsync(name, "main", "left");

        Assert.Equal(["Right", "Left", "Merge"], comparison.Commits.Select(commit => commit.Message));
        Assert.Equal(["l", "r"], comparison.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task CompareAsync_NoCommonAncestor_HasEverythingNew()
    {
        var script = new ImportScript().Commit("main", "Main").File("a", "1").Commit("other", "Other", 1).File("a", "1").File("b", "2");
        var (name, _) = await git.NewRepositoryAsync(script);

        var comparison = await CompareAsync(name, "main", "other");

        Assert.Equal("Other", Assert.Single(comparison.Commits).Message);
        Assert.Equal([new("a", GitChangeKind.ADDED), new("b", GitChangeKind.ADDED)], comparison.Files);
    }

    [Theory]
    [InlineData("main", "nothing", "nothing")]
    [InlineData("nothing", "main", "nothing")]
    [InlineData("main", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "bbbb")]
    public async Task CompareAsync_OneSideIsMissing_IsRefNotFoundAndNamed(string from, string to, string named)
    {
        var (name, _) = await git.NewRepositoryAsync();

        var error = (await GitServerFixture.NewHost().CompareAsync(git.RemoteOf(name), from, to, default)).Error;

        Assert.Equal(GitErrors.RefNotFound, error!.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompareAsync_MoreCommitsThanAreTold_HasTheOldestAndIsTruncated()
    {
        var script = new ImportScript().Commit("main", "Root").File("a", "0").Ref("refs/heads/start", "main");
        for (var i = 1; i <= 300; i++)
        {
            script.Commit("main", $"Commit {i}", i).File("a", $"{i}");
            if (i == GitComparison.MaxCommits) script.Ref("refs/heads/limit", "main");
        }

        var (name, _) = await git.NewRepositoryAsync(script);

        var all = await CompareAsync(name, "start", "main");
        var limit = await CompareAsync(name, "start", "limit");

        Assert.Equal((GitComparison.MaxCommits, 1, true), Counts(all));
        Assert.Equal(("Commit 1", "Commit 250"), (all.Commits[0].Message, all.Commits[^1].Message));
        Assert.Equal((GitComparison.MaxCommits, 1, false), Counts(limit));
    }

    [Fact]
    public async Task CompareAsync_MoreFilesThanAreTold_IsTruncated()
    {
        var script = new ImportScript().Commit("main", "Root").File("a", "0").Commit("many", "Many", from: "main");
        for (var i = 0; i < 1100; i++) script.File($"folder-{i % 7}/file-{i}", $"content {i}");
        var (name, _) = await git.NewRepositoryAsync(script);

        var comparison = await CompareAsync(name, "main", "many");

        Assert.Equal((1, GitComparison.MaxFiles, true), Counts(comparison));
        Assert.All(comparison.Files, file => Assert.Equal(GitChangeKind.ADDED, file.Kind));
    }

    private static (int Commits, int Files, bool IsTruncated) Counts(GitComparison comparison) => (comparison.Commits.Count, comparison.Files.Count, comparison.IsTruncated);

    private async Task<GitComparison> CompareAsync(string name, string from, string to)
    {
        var result = await GitServerFixture.NewHost().CompareAsync(git.RemoteOf(name), from, to, default);
        Assert.True(result.Succeeded, result.Error?.Message);
        return result.Value;
    }
}
