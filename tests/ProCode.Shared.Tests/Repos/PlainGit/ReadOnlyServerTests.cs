using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>These change how their server behaves, so they have one for themselves.</summary>
public sealed class ReadOnlyServerTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public async Task EnsureTagAsync_MayOnlyRead_IsAccessDenied()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        git.Server.ReadOnly = true;

        var error = (await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default)).Error;

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
        Assert.Empty(git.Server.TagsOf(name));
    }

    [Fact]
    public async Task EnsureBranchAsync_MayOnlyRead_IsAccessDeniedUnlessItIsThere()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        git.Server.ReadOnly = true;

        Assert.Equal(GitErrors.AccessDenied, (await host.EnsureBranchAsync(git.RemoteOf(name), "x", commit, default)).Error!.Code);
        Assert.True((await host.EnsureBranchAsync(git.RemoteOf(name), "main", commit, default)).Succeeded);
        Assert.Equal(["main"], git.Server.BranchesOf(name).Keys);
    }

    [Fact]
    public async Task PushFirstCommitAsync_MayOnlyRead_IsAccessDenied()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();
        git.Server.ReadOnly = true;

        var error = (await host.PushFirstCommitAsync(git.RemoteOf(name), AnyOperation.First, default)).Error;

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
        Assert.Empty(git.Server.BranchesOf(name));
    }
}
