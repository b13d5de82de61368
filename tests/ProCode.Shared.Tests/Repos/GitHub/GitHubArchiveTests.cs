using System.Formats.Tar;
using System.IO.Compression;
using ProCode.Repos;
using ProCode.Repos.Sources;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubArchiveTests
{
    private static readonly string First = GitHubFixture.First;

    [Fact]
    public async Task ArchiveAsync_OnAnotherServer_IsTakenFromThereWithoutTheCredential()
    {
        await using var github = await GitHubFixture.StartAsync();
        await using var codeload = await ScriptedHttpServer.StartAsync();
        github.On($"GET /tarball/{First}", ScriptedAnswer.Nothing(302).With("Location", codeload.BaseUrl + $"/o/r/legacy.tar.gz/{First}"));
        codeload.On($"GET /o/r/legacy.tar.gz/{First}", ScriptedAnswer.Bytes(Archive("o-r-1111111/b", "o-r-1111111/a")));
        using var tar = new MemoryStream();

        Assert.True((await github.Host.ArchiveAsync(github.Remote, First, tar, default)).Succeeded);

        Assert.Null(Assert.Single(codeload.Requests).Header("Authorization"));
        tar.Position = 0;
        using var reader = new TarReader(tar);
        Assert.Equal(["a", "b"], [reader.GetNextEntry()!.Name, reader.GetNextEntry()!.Name]);
    }

    [Fact]
    public async Task ArchiveAsync_UnsafeOrTooLarge_WritesNothing()
    {
        await using var github = await GitHubFixture.StartAsync(new SourceLimits { Bytes = 100, Entries = 3 });
        byte[][] archives = [Archive("t/../x"), Archive("t/1", "t/2", "t/3", "t/4"), new byte[100 + (4 * 4096)]];
        github.On($"GET /tarball/{First}", [.. archives.Select(archive => ScriptedAnswer.Bytes(archive))]);
        using var tar = new MemoryStream();

        foreach (var code in new[] { GitErrors.SourceUnsafe, GitErrors.SourceTooLarge, GitErrors.SourceTooLarge })
            Assert.Equal(code, (await github.Host.ArchiveAsync(github.Remote, First, tar, default)).Error!.Code);

        Assert.Equal(0, tar.Length);
    }

    [Theory]
    [InlineData(true, "GIT_REF_NOT_FOUND")]
    [InlineData(false, "GIT_REPO_UNREACHABLE")]
    public async Task ArchiveAsync_NotFound_IsTheCommitOrTheRepository(bool isShown, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(isShown ? GitHubFixture.Repository : GitHubFixture.NotFound);
        github.On($"GET /tarball/{First}", GitHubFixture.NotFound);

        Assert.Equal(code, (await github.Host.ArchiveAsync(github.Remote, First, Stream.Null, default)).Error!.Code.Name);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("1111111")]
    [InlineData("../../user")]
    public async Task ArchiveAsync_NoFullId_IsRefNotFound(string commit)
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.ArchiveAsync(github.Remote, commit, Stream.Null, default)).Error!.Code);
    }

    private static byte[] Archive(params string[] paths)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress))
        using (var tar = new TarWriter(zip))
        {
            foreach (var path in paths) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path));
        }

        return bytes.ToArray();
    }
}
