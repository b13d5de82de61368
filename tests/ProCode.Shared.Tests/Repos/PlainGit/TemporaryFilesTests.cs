using System.Diagnostics;
using ProCode.Repos;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class TemporaryFilesTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public async Task Calls_SuccessfulFailedAndLeftBehind_LeaveNoFiles()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the child is started by a shell");
        var (name, commit) = await git.NewRepositoryAsync();
        var temporary = Directory.CreateTempSubdirectory("only-ours-");
        git.Server.Delay = TimeSpan.FromMilliseconds(100);

        await ChildTest.RunAsync(typeof(TemporaryFilesTests), nameof(CallAndWaitForAnEmptyFolder), new Dictionary<string, string>
        {
            ["TMPDIR"] = temporary.FullName,
            ["REPOSITORY_URL"] = git.Server.UrlOf(name),
            ["REPOSITORY_COMMIT"] = commit,
        });

        Assert.DoesNotContain(temporary.EnumerateFileSystemInfos(), left => left.Name.StartsWith("procode-git-", StringComparison.Ordinal));
        temporary.Delete(recursive: true);
    }

    [Fact]
    public void RemoveAbandoned_FilesOfAKilledProcess_AreRemovedOnceOld()
    {
        var old = Directory.CreateTempSubdirectory("procode-git-");
        var young = Directory.CreateTempSubdirectory("procode-git-");
        File.WriteAllText(Path.Combine(old.FullName, "pack"), "x");
        old.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2);

        GitWorkspace.RemoveAbandoned(TimeProvider.System);

        Assert.False(Directory.Exists(old.FullName));
        Assert.True(Directory.Exists(young.FullName));
        young.Delete();
    }

    [Fact(Explicit = true)]
    public async Task CallAndWaitForAnEmptyFolder()
    {
        var remote = new GitRemote(Environment.GetEnvironmentVariable("REPOSITORY_URL")!, GitServerFixture.Credential);
        var commit = Environment.GetEnvironmentVariable("REPOSITORY_COMMIT")!;
        var host = GitServerFixture.NewHost();
        var strict = GitServerFixture.NewHost(new SourceLimits { Bytes = 1 });
        var hasty = GitServerFixture.NewHost(calls: new GitCallLimits { Call = TimeSpan.FromMilliseconds(350) });
        Assert.True((await host.ArchiveAsync(remote, commit, Stream.Null, default)).Succeeded);
        Assert.True((await host.EnsureTagAsync(remote, "v1", commit, "Release", default)).Succeeded);
        Assert.Equal(GitErrors.RefNotFound, (await host.EnsureTagAsync(remote, "v2", new string('a', 40), "Release", default)).Error!.Code);
        Assert.True((await host.FindCommitAsync(remote, "main", default)).Succeeded);
        Assert.True((await host.CompareAsync(remote, "v1", "main", default)).Succeeded);
        Assert.True((await host.EnsureBranchAsync(remote, "x", commit, default)).Succeeded);
        Assert.Equal(GitErrors.RefNotFound, (await host.CompareAsync(remote, "v1", "nothing", default)).Error!.Code);
        Assert.Equal(GitErrors.RepositoryNotEmpty, (await host.PushFirstCommitAsync(remote, AnyOperation.First, default)).Error!.Code);
        Assert.Equal(GitErrors.SourceTooLarge, (await strict.ArchiveAsync(remote, commit, Stream.Null, default)).Error!.Code);
        Assert.Equal(GitErrors.HostUnavailable, (await hasty.ArchiveAsync(remote, commit, Stream.Null, default)).Error!.Code);

        // The last call was left behind and still cleans up.
        var watch = Stopwatch.StartNew();
        while (Directory.EnumerateFileSystemEntries(Path.GetTempPath(), "procode-git-*").Any())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "files are left in the temporary folder");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
