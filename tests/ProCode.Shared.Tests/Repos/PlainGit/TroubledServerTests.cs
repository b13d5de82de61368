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

    [Theory]
    [MemberData(nameof(AnyOperation.Supported), MemberType = typeof(AnyOperation))]
    public async Task Operation_ServerIsDown_IsUnavailableWithATimeToTryAgain(string operation)
    {
        var (name, _) = await git.NewRepositoryAsync();
        git.Server.Down = true;
        try
        {
            var error = await AnyOperation.ErrorOfAsync(operation, GitServerFixture.NewHost(), git.RemoteOf(name));

            Assert.Equal((GitErrors.HostUnavailable, true), (error!.Code, error.RetryAfter > TimeSpan.Zero));
        }
        finally
        {
            git.Server.Down = false;
        }
    }
}
