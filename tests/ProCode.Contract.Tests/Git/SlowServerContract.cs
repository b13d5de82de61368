using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

/// <summary>These slow their server down, so they have one for themselves.</summary>
public sealed class SlowServerContract(GitContract git) : IClassFixture<GitContract>
{
    [Fact]
    public async Task Fetch_ProgressSaysStop_ThrowsUserCancelled()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        using var repository = git.NewRepository();
        git.Server.Delay = TimeSpan.FromMilliseconds(300);
        var options = new FetchOptions { CredentialsProvider = git.Credentials, OnTransferProgress = _ => false };

        Assert.Throws<UserCancelledException>(() => Commands.Fetch(repository, git.Server.UrlOf(name), ["+refs/heads/*:refs/x/*"], options, null));
    }

    [Fact]
    public async Task ListRemoteReferences_WhileItRuns_ShowsThePasswordInNoProcess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        var (name, _) = await git.NewServerRepositoryAsync();
        git.Server.Delay = TimeSpan.FromMilliseconds(300);
        var calling = Task.Run(() => Repository.ListRemoteReferences(git.Server.UrlOf(name), git.Credentials).ToList());
        var looks = 0;

        while (!calling.IsCompleted)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
                Assert.DoesNotContain(git.Password, ReadOf(process, "cmdline") + ReadOf(process, "environ"), StringComparison.Ordinal);
            looks++;
        }

        Assert.NotEmpty(await calling);
        Assert.True(looks > 1);
    }

    private static string ReadOf(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended, or it is somebody else's
        }
    }
}
