using System.Formats.Tar;
using ProCode.Repos;

namespace ProCode.Tests.Repos.Documented;

/// <summary>The files of a commit, and what two commits differ by.</summary>
public abstract class SourceContract : HostContract
{
    private protected SourceContract(DocumentedServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task ArchiveAsync_ACommit_IsInTheFormOfAllHosts()
    {
        var commit = Project.Commit();
        Project.Archive(commit, ("z.txt", "last"), ("agent/größe.py", "print(1)"), ("B.txt", "first"));
        using var first = new MemoryStream();
        using var second = new MemoryStream();

        Ok(await Host.ArchiveAsync(Remote, commit, first, default));
        Ok(await Host.ArchiveAsync(Remote, commit, second, default));

        Assert.Equal(first.ToArray(), second.ToArray());
        first.Position = 0;
        using var tar = new TarReader(first);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry) names.Add(entry.Name);
        Assert.Equal(["B.txt", "agent/größe.py", "z.txt"], names);
    }

    [Theory]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("main")]
    [InlineData("HEAD&private_token=x")]
    public async Task ArchiveAsync_NotACommit_IsRefNotFoundAndWritesNothing(string commit)
    {
        Project.Archive("main", ("a", "a branch, not a commit"));
        using var tar = new MemoryStream();

        Fails(GitErrors.RefNotFound, await Host.ArchiveAsync(Remote, commit, tar, default));

        Assert.Equal(0, tar.Length);
    }

    [Fact]
    public async Task ArchiveAsync_NoSuchRepository_IsUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.ArchiveAsync(Server.RemoteOf("nobody/nothing"), Project.Commit(), Stream.Null, default));
    }

    [Fact]
    public async Task ArchiveAsync_PathOutOfTheTree_IsUnsafeAndWritesNothing()
    {
        var commit = Project.Commit();
        Project.Archive(commit, ("a.py", "1"), ("../../etc/passwd", "root"));
        using var tar = new MemoryStream();

        Fails(GitErrors.SourceUnsafe, await Host.ArchiveAsync(Remote, commit, tar, default));

        Assert.Equal(0, tar.Length);
    }

    [Fact]
    public async Task ArchiveAsync_DownloadBreaksOff_IsTriedAgain()
    {
        var commit = Project.Commit();
        Project.Archive(commit, ("a.py", new string('x', 100_000)));
        var broken = 0;
        Server.Afterwards = (_, answer) => broken++ < 2 ? answer with { BreaksOff = true } : answer;
        using var tar = new MemoryStream();

        Ok(await Host.ArchiveAsync(Remote, commit, tar, default));

        Assert.True(tar.Length > 100_000);
        Assert.Equal(3, broken);
    }

    [Fact]
    public async Task ArchiveAsync_NoArchive_IsUnavailableAndWritesNothing()
    {
        var commit = Project.Commit();
        Project.Archives[commit] = "<html>sign in</html>"u8.ToArray();
        using var tar = new MemoryStream();

        Fails(GitErrors.HostUnavailable, await Host.ArchiveAsync(Remote, commit, tar, default));

        Assert.Equal(0, tar.Length);
    }

    [Fact]
    public async Task CompareAsync_BranchesTagsAndIds_TellCommitsOldestFirst()
    {
        var start = Project.Commit("start");
        string[] ours = [Project.Commit("one", "feature/größe", from: start), Project.Commit("two", "feature/größe"), Project.Commit("three", "feature/größe")];
        Project.Commit("theirs");
        Project.Tags["v/0"] = new FakeTag(start, "x");

        foreach (var (from, to) in new[] { ("main", "feature/größe"), ("v/0", ours[2]), (start, "feature/größe") })
        {
            var compared = Ok(await Host.CompareAsync(Remote, from, to, default));

            Assert.Equal(ours, compared.Commits.Select(commit => commit.Id));
            Assert.Equal(["one", "two", "three"], compared.Commits.Select(commit => commit.Message));
            Assert.False(compared.IsTruncated);
            Assert.Contains(new GitFileChange("new.py", GitChangeKind.ADDED), compared.Files);
            Assert.Contains(new GitFileChange("main.py", GitChangeKind.MODIFIED), compared.Files);
            Assert.Contains(new GitFileChange("gone.py", GitChangeKind.REMOVED), compared.Files);
        }
    }

    [Fact]
    public async Task CompareAsync_TheSame_HasNoCommits()
    {
        Project.Commit();

        Assert.Empty(Ok(await Host.CompareAsync(Remote, "main", "main", default)).Commits);
    }

    [Theory]
    [InlineData("none", "main")]
    [InlineData("main", "none")]
    [InlineData("main", "0123456789012345678901234567890123456789")]
    public async Task CompareAsync_Unknown_IsRefNotFound(string from, string to)
    {
        Project.Commit();

        Fails(GitErrors.RefNotFound, await Host.CompareAsync(Remote, from, to, default));
    }

    [Fact]
    public async Task CompareAsync_ManyCommits_AreCutAndSaidSo()
    {
        Project.Commit("start");
        var from = Project.Branches["main"];
        for (var i = 0; i < 260; i++) Project.Commit();

        var compared = Ok(await Host.CompareAsync(Remote, from, "main", default));

        Assert.True(compared.IsTruncated);
        Assert.InRange(compared.Commits.Count, 100, GitComparison.MaxCommits);
    }

    [Fact]
    public async Task CompareAsync_NoSuchRepository_IsUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.CompareAsync(Server.RemoteOf("nobody/nothing"), "main", "new", default));
    }
}
