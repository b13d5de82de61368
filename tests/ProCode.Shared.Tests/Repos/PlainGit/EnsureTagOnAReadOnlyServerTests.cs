using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>These change how their server behaves, so they have one for themselves.</summary>
public sealed class EnsureTagOnAReadOnlyServerTests(GitServerFixture git) : IClassFixture<GitServerFixture>
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
}
