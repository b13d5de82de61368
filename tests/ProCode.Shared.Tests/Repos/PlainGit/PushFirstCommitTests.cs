using System.Diagnostics;
using System.Text;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class PushFirstCommitTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    // What git's own commit-tree says about these files, this message, and the fixed author and time.
    private const string Id = "1c223dafcb15de04e35385c2e46eca9c5926a7a9";

    private static readonly GitFirstCommit First = Of(
        ("run.sh", "#!/bin/sh\n"), ("a/main.py", "print(1)\r\n"), ("a/ü.py", "print(1)\r\n"), ("a.b", "print(1)\r\n"), ("a0", "print(1)\r\n"));

    [Fact]
    public async Task PushFirstCommitAsync_EmptyRepository_HasFilesModesAndTheKnownId()
    {
        var name = await git.NewEmptyRepositoryAsync();

        var id = (await GitServerFixture.NewHost().PushFirstCommitAsync(git.RemoteOf(name), First, default)).Value;

        Assert.Equal((Id, Id), (id, git.Server.BranchesOf(name)["main"]));
        Assert.Equal(
            ["100644 a.b", "100644 a/main.py", "100644 a/ü.py", "100644 a0", "100755 run.sh"],
            git.Server.FilesOf(name, id).Select(line => line[..7] + line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]));
        var commit = (await GitServerFixture.NewHost().FindCommitAsync(git.RemoteOf(name), "main", default)).Value;
        Assert.Equal(("First commit", "ProCode", 0), (commit.Message, commit.AuthorName, commit.ParentIds.Count));
        Assert.Equal(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), commit.AuthoredAt);
    }

    [Fact]
    public async Task PushFirstCommitAsync_AfterAProcessThatWasKilled_FindsItsCommit()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the child is started by a shell");
        var name = await git.NewEmptyRepositoryAsync();
        var temporary = Directory.CreateTempSubdirectory("only-ours-"); // what is killed cleans nothing up
        var environment = new Dictionary<string, string>
        {
            ["TMPDIR"] = temporary.FullName,
            ["TZ"] = "Pacific/Kiritimati",
            ["LANG"] = "tr_TR.UTF-8",
            ["REPOSITORY_URL"] = git.Server.UrlOf(name),
        };
        await ChildTest.RunAsync(typeof(PushFirstCommitTests), nameof(PushAndDie), environment, exitCode: 137);
        temporary.Delete(recursive: true);
        Assert.Equal((Id, 1), (git.Server.BranchesOf(name)["main"], git.Server.PushCount(name)));

        var id = (await GitServerFixture.NewHost().PushFirstCommitAsync(git.RemoteOf(name), First, default)).Value;

        Assert.Equal((Id, 1), (id, git.Server.PushCount(name)));
    }

    [Fact(Explicit = true)]
    public async Task PushAndDie()
    {
        var pushed = await GitServerFixture.NewHost().PushFirstCommitAsync(new GitRemote(Environment.GetEnvironmentVariable("REPOSITORY_URL")!, GitServerFixture.Credential), First, default);
        if (pushed.Succeeded) Process.GetCurrentProcess().Kill();
    }

    [Fact]
    public async Task PushFirstCommitAsync_OtherFiles_IsNotEmptyAndLeftAlone()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();
        Assert.True((await host.PushFirstCommitAsync(git.RemoteOf(name), First, default)).Succeeded);

        Assert.Equal(GitErrors.RepositoryNotEmpty, (await host.PushFirstCommitAsync(git.RemoteOf(name), Of(("other", "x")), default)).Error!.Code);
        Assert.Equal(GitErrors.RepositoryNotEmpty, (await host.PushFirstCommitAsync(git.RemoteOf(name), First with { Branch = "trunk" }, default)).Error!.Code);

        Assert.Equal(new Dictionary<string, string> { ["main"] = Id }, git.Server.BranchesOf(name));
    }

    [Fact]
    public async Task PushFirstCommitAsync_OnlyATag_IsNotEmpty()
    {
        var name = await git.NewEmptyRepositoryAsync();
        await git.Server.ImportAsync(name, new ImportScript().Line("commit refs/tags/v1").Line("committer D <d@example.com> 1 +0000").Line("data 0").ToString());

        Assert.Equal(GitErrors.RepositoryNotEmpty, (await GitServerFixture.NewHost().PushFirstCommitAsync(git.RemoteOf(name), First, default)).Error!.Code);
        Assert.Empty(git.Server.BranchesOf(name));
    }

    [Fact]
    public async Task PushFirstCommitAsync_AnotherBranchThanHead_LeavesHeadAlone()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        Assert.True((await host.PushFirstCommitAsync(git.RemoteOf(name), First with { Branch = "team/trunk" }, default)).Succeeded);

        Assert.Equal(new GitRepository(null, IsEmpty: false), (await host.GetRepositoryAsync(git.RemoteOf(name), default)).Value); // HEAD is main, which isn't there
        Assert.Equal(Id, git.Server.BranchesOf(name)["team/trunk"]);
    }

    [Fact]
    public async Task PushFirstCommitAsync_TheSameTwiceAtOnce_IsOneCommit()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.PushFirstCommitAsync(git.RemoteOf(name), First, default)));

        Assert.All(results, result => Assert.Equal(Id, result.Succeeded ? result.Value : result.Error.Message));
        Assert.Equal(1, git.Server.PushCount(name));
    }

    [Fact]
    public async Task PushFirstCommitAsync_TwoDifferentAtOnce_OneWins()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var results = await Task.WhenAll(new[] { First, Of(("other", "x")) }.Select(first => host.PushFirstCommitAsync(git.RemoteOf(name), first, default)));

        Assert.Equal(Assert.Single(results, result => result.Succeeded).Value, git.Server.BranchesOf(name)["main"]);
        Assert.Equal(GitErrors.RepositoryNotEmpty, Assert.Single(results, result => !result.Succeeded).Error!.Code);
    }

    [Fact]
    public async Task PushFirstCommitAsync_ManyFiles_AreAllThereByteForByte()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var bytes = Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7)).ToArray();
        var files = Enumerable.Range(0, 1100).ToDictionary(i => $"f{i % 9}/d{i % 5}/file {i}", i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"{i}"));
        files["binary"] = bytes.AsMemory(5, 60_000);
        var host = GitServerFixture.NewHost();

        var id = (await host.PushFirstCommitAsync(git.RemoteOf(name), new GitFirstCommit("main", "Many", files), default)).Value;

        Assert.Equal(1101, git.Server.FilesOf(name, id).Count);
        using var tar = new MemoryStream();
        Assert.True((await host.ArchiveAsync(git.RemoteOf(name), id, tar, default)).Succeeded);
        Assert.True(tar.ToArray().AsSpan().IndexOf(bytes.AsSpan(5, 60_000)) > 0);
    }

    [Theory]
    [InlineData("a..b", "ok", ErrorKind.Invalid)]
    [InlineData("main", "../out", ErrorKind.Unprocessable)]
    [InlineData("main", ".git/hooks/x", ErrorKind.Unprocessable)]
    public async Task PushFirstCommitAsync_BranchOrPathThatCannotBe_PushesNothing(string branch, string path, ErrorKind kind)
    {
        var name = await git.NewEmptyRepositoryAsync();

        var error = (await GitServerFixture.NewHost().PushFirstCommitAsync(git.RemoteOf(name), Of((path, "x")) with { Branch = branch }, default)).Error;

        Assert.Equal(kind, error!.Kind);
        Assert.Empty(git.Server.BranchesOf(name));
    }

    private static GitFirstCommit Of(params (string Path, string Content)[] files) =>
        new("main", "First commit", files.ToDictionary(file => file.Path, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Content)));
}
