using ProCode.Repos;
using ProCode.Repos.PlainGit;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>Calls that were left behind go on asking for a while, so this server is nobody else's.</summary>
public sealed class SilentServerTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
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

    [Fact]
    public async Task FetchingCalls_HistoryLargerThanAllowed_AreTooLarge()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost(limits: new PlainGitLimits { ReceivedBytes = -1 });
        git.Server.Delay = TimeSpan.FromMilliseconds(200); // progress is told now and then only
        try
        {
            Assert.Equal(GitErrors.SourceTooLarge, (await host.FindCommitAsync(git.RemoteOf(name), "main", default)).Error!.Code);
            Assert.Equal(GitErrors.SourceTooLarge, (await host.EnsureBranchAsync(git.RemoteOf(name), "x", commit, default)).Error!.Code);
        }
        finally
        {
            git.Server.Delay = TimeSpan.Zero;
        }
    }
}
