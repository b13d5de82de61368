using System.Formats.Tar;
using System.Security.Cryptography;
using ProCode.Dev;
using ProCode.Repos;
using ProCode.Repos.Sources;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class ArchiveTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    private static readonly GitFile[] Agent =
    [
        new("zz.txt", "last\n"),
        new("B.txt", "upper case sorts first\n"),
        new("agent/main.py", "print('hi')\r\n"),
        new("run.sh", "#!/bin/sh\n", GitFile.Executable),
        new("agent/link", "../run.sh", GitFile.SymbolicLink),
        new("vendor/lib", new string('1', 40), GitFile.Submodule),
        new("empty", ""),
        new(string.Join('/', Enumerable.Repeat("a-long-folder-name", 12)) + "/ünïcode.txt", "deep\n"),
    ];

    [Fact]
    public async Task ArchiveAsync_AllKindsOfFiles_KeepContentModeAndOrder()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, Agent);

        var entries = Read(await ArchiveAsync(name, commit));

        Assert.Equal(
            ["B.txt", Agent[^1].Path, "agent/link", "agent/main.py", "empty", "main.py", "run.sh", "zz.txt"],
            entries.Select(entry => entry.Name));
        var byName = entries.ToDictionary(entry => entry.Name);
        Assert.Equal("print('hi')\r\n", byName["agent/main.py"].Text);
        Assert.Equal("deep\n", byName[Agent[^1].Path].Text);
        Assert.Equal(Convert.ToInt32("755", 8), (int)byName["run.sh"].Mode);
        Assert.Equal(Convert.ToInt32("644", 8), (int)byName["zz.txt"].Mode);
        Assert.Equal("../run.sh", byName["agent/link"].Link);
        Assert.All(entries, entry => Assert.Equal((DateTimeOffset.UnixEpoch, 0, 0), (entry.Time, entry.Uid, entry.Gid)));
    }

    [Fact]
    public async Task ArchiveAsync_Twice_GivesTheSameBytes()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, Agent);

        Assert.Equal(await ArchiveAsync(name, commit), await ArchiveAsync(name, commit));
    }

    [Fact]
    public async Task ArchiveAsync_InAnotherEnvironment_GivesTheSameBytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the child is started by a shell, which sets another umask");
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, Agent);

        var output = await ChildTest.RunAsync(typeof(ArchiveTests), nameof(PrintDigest), new Dictionary<string, string>
        {
            ["TZ"] = "Pacific/Kiritimati",
            ["LANG"] = "tr_TR.UTF-8",
            ["HOME"] = "/",
            ["ARCHIVE_URL"] = git.Server.UrlOf(name),
            ["ARCHIVE_COMMIT"] = commit,
        });

        Assert.Contains("digest " + Digest(await ArchiveAsync(name, commit)), output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task PrintDigest()
    {
        var host = GitServerFixture.NewHost();
        using var tar = new MemoryStream();
        var remote = new GitRemote(Environment.GetEnvironmentVariable("ARCHIVE_URL")!, GitServerFixture.Credential);
        await host.ArchiveAsync(remote, Environment.GetEnvironmentVariable("ARCHIVE_COMMIT")!, tar, default);
        TestContext.Current.TestOutputHelper!.WriteLine("digest " + Digest(tar.ToArray()));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("folder/../../outside")]
    [InlineData("up/..")] // "up" is a link to the root: its parent is outside, though the text is not
    [InlineData("link")] // itself
    public async Task ArchiveAsync_LinkOutOfTheTree_IsUnsafeAndWritesNothing(string target)
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, [new("deep/up", "..", GitFile.SymbolicLink), new("up", "deep/..", GitFile.SymbolicLink), new("link", target, GitFile.SymbolicLink)]);
        var host = GitServerFixture.NewHost();
        using var tar = new MemoryStream();

        var error = (await host.ArchiveAsync(git.RemoteOf(name), commit, tar, default)).Error;

        Assert.Equal(GitErrors.SourceUnsafe, error!.Code);
        Assert.Equal(0, tar.Length);
    }

    [Fact]
    public async Task ArchiveAsync_MoreBytesThanAllowed_IsTooLargeAndWritesNothing()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, [new("big.bin", new string('x', 5000))]);
        var host = GitServerFixture.NewHost(new SourceLimits { Bytes = 4000 });
        using var tar = new MemoryStream();

        var error = (await host.ArchiveAsync(git.RemoteOf(name), commit, tar, default)).Error;

        Assert.Equal(GitErrors.SourceTooLarge, error!.Code);
        Assert.Equal(0, tar.Length);
    }

    [Fact]
    public async Task ArchiveAsync_MoreFilesThanAllowed_IsTooLarge()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, [.. Enumerable.Range(0, 20).Select(i => new GitFile($"f{i}", "x"))]);
        var host = GitServerFixture.NewHost(new SourceLimits { Entries = 10 });

        Assert.Equal(GitErrors.SourceTooLarge, (await host.ArchiveAsync(git.RemoteOf(name), commit, Stream.Null, default)).Error!.Code);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000001")]
    [InlineData("main")]
    [InlineData("--upload-pack=x")]
    public async Task ArchiveAsync_NotACommitOfTheRepository_IsRefNotFound(string commit)
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        Assert.Equal(GitErrors.RefNotFound, (await host.ArchiveAsync(git.RemoteOf(name), commit, Stream.Null, default)).Error!.Code);
    }

    [Fact]
    public async Task ArchiveAsync_EmptyRepository_IsRefNotFound()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        Assert.Equal(GitErrors.RefNotFound, (await host.ArchiveAsync(git.RemoteOf(name), new string('b', 40), Stream.Null, default)).Error!.Code);
    }

    [Fact]
    public async Task ArchiveAsync_CommitOnlyATagHolds_IsFound()
    {
        var (name, commit) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", commit, "Release", default);
        await git.Server.CommitAsync(name, new Dictionary<string, string> { ["later.py"] = "3" });

        Assert.Equal(["main.py"], Read(await ArchiveAsync(name, commit)).Select(entry => entry.Name));
    }

    private async Task<byte[]> ArchiveAsync(string name, string commit)
    {
        var host = GitServerFixture.NewHost();
        using var tar = new MemoryStream();
        var done = await host.ArchiveAsync(git.RemoteOf(name), commit, tar, default);
        Assert.True(done.Succeeded, done.Error?.Message);
        return tar.ToArray();
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static List<Entry> Read(byte[] tar)
    {
        var entries = new List<Entry>();
        using var reader = new TarReader(new MemoryStream(tar));
        while (reader.GetNextEntry() is { } entry)
        {
            Assert.Equal(TarEntryFormat.Gnu, entry.Format);
            using var text = entry.DataStream is null ? null : new StreamReader(entry.DataStream);
            entries.Add(new Entry(entry.Name, entry.Mode, text?.ReadToEnd() ?? "", entry.LinkName, entry.ModificationTime, entry.Uid, entry.Gid));
        }

        return entries;
    }

    private sealed record Entry(string Name, UnixFileMode Mode, string Text, string Link, DateTimeOffset Time, int Uid, int Gid);
}
