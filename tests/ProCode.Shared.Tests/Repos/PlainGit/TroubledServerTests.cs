using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>These change how their server behaves, so they have one for themselves.</summary>
public sealed class TroubledServerTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public async Task GetRepositoryAsync_ServerIsDown_IsTriedFourTimes()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        var before = git.Server.RequestCount;
        git.Server.Down = true;

        Result<GitRepository> answer;
        try
        {
            answer = await host.GetRepositoryAsync(git.RemoteOf(name), default);
        }
        finally
        {
            git.Server.Down = false;
        }

        Assert.Equal(GitErrors.HostUnavailable, answer.Error!.Code);
        Assert.Equal(4, git.Server.RequestCount - before);
    }

    [Fact]
    public async Task GetRepositoryAsync_ServerDoesNotAnswer_EndsInTime()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost(calls: new GitCallLimits { Call = TimeSpan.FromMilliseconds(200) });
        git.Server.Delay = TimeSpan.FromSeconds(3);
        try
        {
            Assert.Equal(GitErrors.HostUnavailable, (await host.GetRepositoryAsync(git.RemoteOf(name), default)).Error!.Code);
        }
        finally
        {
            git.Server.Delay = TimeSpan.Zero;
        }
    }
}
