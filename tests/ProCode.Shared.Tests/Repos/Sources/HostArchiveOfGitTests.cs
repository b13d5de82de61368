using System.Diagnostics;
using ProCode.Dev;
using ProCode.Repos.Sources;
using ProCode.Tests.Repos.PlainGit;

namespace ProCode.Tests.Repos.Sources;

/// <summary>Hosts make their archives with git's own program: what it writes becomes what plain git gives for the same commit.</summary>
public sealed class HostArchiveOfGitTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    private static readonly GitFile[] Files =
    [
        new("zz.txt", "last\n"),
        new("B.txt", "upper case sorts first\n"),
        new("agent/main.py", "print('hi')\r\n"),
        new("agent.txt", "sorts before the folder for git, behind it for us"),
        new("run.sh", "#!/bin/sh\n", GitFile.Executable),
        new("agent/link", "../run.sh", GitFile.SymbolicLink),
        new("to-the-folder", "agent", GitFile.SymbolicLink),
        new("vendor/lib", new string('1', 40), GitFile.Submodule),
        new("empty", ""),
        new("blank and ünïcode", "x"),
        new("long-link", string.Join('/', Enumerable.Repeat("a-long-folder-name", 12)), GitFile.SymbolicLink),
        new(string.Join('/', Enumerable.Repeat("a-long-folder-name", 12)) + "/ünïcode.txt", "deep\n"),
        new(new string('n', 120), "a name too long for the oldest tar\n"),
    ];

    [Theory]
    [InlineData("octocat-Hello-World-7fd1a60/")]
    [InlineData("Hello-World-main-7fd1a60b01f91b314f59955a4e4d4e80d8edf11d-and-a-prefix-that-is-quite-as-long-as-the-name-of-a-branch-may-make-it/")]
    public async Task NormalizeAsync_ArchiveOfGit_IsTheSameBytesAsByPlainGit(string prefix)
    {
        var (name, _) = await git.NewRepositoryAsync();
        var commit = await git.Server.CommitAsync(name, Files);
        using var plain = new MemoryStream();
        Assert.True((await GitServerFixture.NewHost().ArchiveAsync(git.RemoteOf(name), commit, plain, default)).Succeeded);

        var normalized = await HostArchive.NormalizeAsync(new MemoryStream(await ArchiveAsync(name, prefix, commit)), new SourceLimits(), default);

        Assert.True(normalized.Succeeded, normalized.Error?.Message);
        await using var file = normalized.Value;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        Assert.Equal(plain.ToArray(), bytes.ToArray());
    }

    private async Task<byte[]> ArchiveAsync(string name, string prefix, string commit)
    {
        string[] arguments = ["--git-dir=" + git.FolderOf(name), "archive", "--format=tar.gz", "--prefix=" + prefix, commit];
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return bytes.ToArray();
    }
}
