using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class EnsureTagTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public async Task EnsureTagAsync_NewTag_IsAnnotatedAndPushedOnce()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var done = await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release v1.0.0", default);

        Assert.True(done.Succeeded, done.Error?.Message);
        Assert.Equal(commit, Assert.Single(git.Server.TagsOf(name)).Value);
        Assert.Equal(1, git.Server.PushCount(name));
    }

    [Fact]
    public async Task EnsureTagAsync_Again_PushesNothing()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default);

        Assert.True((await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default)).Succeeded);

        Assert.Equal(1, git.Server.PushCount(name));
    }

    [Fact]
    public async Task EnsureTagAsync_TagOnAnotherCommit_IsTagExistsAndChangesNothing()
    {
        var (name, first) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", first, "Release", default);
        var second = await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });

        var error = (await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", second, "Release", default)).Error;

        Assert.Equal(GitErrors.TagExists, error!.Code);
        Assert.Equal(first, git.Server.TagsOf(name)["v1.0.0"]);
    }

    [Fact]
    public async Task EnsureTagAsync_CommitBehindTheBranch_IsFoundInItsHistory()
    {
        var (name, first) = await git.NewRepositoryAsync();
        await git.Server.CommitAsync(name, new Dictionary<string, string> { ["b.py"] = "2" });
        var host = GitServerFixture.NewHost();

        Assert.True((await host.EnsureTagAsync(git.RemoteOf(name), "v0.9.0", first, "Release", default)).Succeeded);

        Assert.Equal(first, git.Server.TagsOf(name)["v0.9.0"]);
    }

    [Fact]
    public async Task EnsureTagAsync_UnknownCommit_IsRefNotFound()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var error = (await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", new string('a', 40), "Release", default)).Error;

        Assert.Equal(GitErrors.RefNotFound, error!.Code);
        Assert.Empty(git.Server.TagsOf(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-f")]
    [InlineData("v1:refs/heads/main")]
    [InlineData("a..b")]
    [InlineData("two words")]
    [InlineData("v1^{}")]
    public async Task EnsureTagAsync_NotATagName_IsInvalid(string tag)
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var error = (await host.EnsureTagAsync(git.RemoteOf(name), tag, commit, "Release", default)).Error;

        Assert.Equal(ErrorKind.Invalid, error!.Kind);
        Assert.Empty(git.Server.TagsOf(name));
    }

    [Fact]
    public async Task EnsureTagAsync_TenCallersAtOnce_MakeOneTag()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => host.EnsureTagAsync(git.RemoteOf(name), "v2.0.0", commit, $"Release by {i}", default)));

        Assert.All(results, result => Assert.True(result.Succeeded, result.Error?.Message));
        Assert.Equal(commit, Assert.Single(git.Server.TagsOf(name)).Value);
        Assert.Equal(1, git.Server.PushCount(name));
    }
}
