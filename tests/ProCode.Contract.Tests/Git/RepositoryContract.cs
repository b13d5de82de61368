using LibGit2Sharp;
using ProCode.Dev;

namespace ProCode.Contract.Tests.Git;

public sealed class RepositoryContract(GitContract git) : IClassFixture<GitContract>
{
    private static readonly Signature Tagger = new("A", "a@example.com", DateTimeOffset.UnixEpoch);

    [Fact]
    public void Repository_NotARepository_Throws()
    {
        Assert.Throws<RepositoryNotFoundException>(() => new Repository(Path.Combine(Path.GetTempPath(), "no-repository-here")));
        Assert.Throws<ArgumentException>(() => new Repository(""));
        Assert.Throws<ArgumentNullException>(() => new Repository(null!));
    }

    [Fact]
    public async Task Fetch_Branches_BringsCommitsTreesAndBlobs()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        var commit = await git.Server.CommitAsync(
            name,
            [
                new("run.sh", "#!/bin/sh\n", GitFile.Executable),
                new("link", "run.sh", GitFile.SymbolicLink),
                new("lib", new string('1', 40), GitFile.Submodule),
                new("folder/ü.txt", "deep"),
            ]);
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        var entries = repository.Lookup<Commit>(commit).Tree.ToDictionary(entry => entry.Name);

        Assert.Equal(
            (Mode.NonExecutableFile, Mode.ExecutableFile, Mode.SymbolicLink, Mode.GitLink, Mode.Directory),
            (entries["main.py"].Mode, entries["run.sh"].Mode, entries["link"].Mode, entries["lib"].Mode, entries["folder"].Mode));
        Assert.Equal(TreeEntryTargetType.GitLink, entries["lib"].TargetType);
        var blob = Assert.IsType<Blob>(entries["main.py"].Target);
        using var content = new StreamReader(blob.GetContentStream());
        Assert.Equal("print(1)\r\n", await content.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(10, blob.Size);
        Assert.Equal("ü.txt", Assert.Single(Assert.IsType<Tree>(entries["folder"].Target)).Name);
    }

    [Fact]
    public async Task Fetch_RefThatDoesNotExist_BringsNothing()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        using var repository = git.NewRepository();
        using var remote = repository.Network.Remotes.Add("origin", git.Server.UrlOf(name));

        Commands.Fetch(repository, remote.Name, ["+refs/heads/nothing:refs/x"], new FetchOptions { CredentialsProvider = git.Credentials }, null);

        Assert.Null(repository.Lookup<Commit>(commit));
    }

    [Theory]
    [InlineData(TagFetchMode.None, "")]
    [InlineData(TagFetchMode.Auto, "refs/tags/inside")]
    [InlineData(TagFetchMode.All, "refs/tags/inside refs/tags/outside")]
    public async Task Fetch_TagMode_DecidesWhichTagsComeAlong(TagFetchMode mode, string expected)
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        await git.Server.ImportAsync(
            name, $"reset refs/tags/inside\nfrom {commit}\n\ncommit refs/tags/outside\ncommitter C <c@example.com> 1700000000 +0000\ndata 0\n\n");
        using var repository = git.NewRepository();

        var options = new FetchOptions { CredentialsProvider = git.Credentials, TagFetchMode = mode };
        Commands.Fetch(repository, git.Server.UrlOf(name), ["+refs/heads/*:refs/remotes/origin/*"], options, null);

        var names = repository.Refs.Select(reference => reference.CanonicalName);
        Assert.Equal(expected, string.Join(' ', names.Where(found => found.StartsWith("refs/tags/", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Lookup_UnknownOrOfAnotherType_IsNull()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        Assert.Null(repository.Lookup<Commit>(new string('a', 40)));
        Assert.Null(repository.Lookup<Blob>(commit));
        Assert.Equal(commit, repository.Lookup<Commit>(commit).Sha);
        Assert.Equal(commit, repository.Lookup<Commit>(commit[..12]).Sha);
        Assert.ThrowsAny<ArgumentException>(() => repository.Lookup<Commit>(""));
    }

    [Fact]
    public void Lookup_BeginningOfSeveralIds_ThrowsAmbiguous()
    {
        using var repository = git.NewRepository();
        var (one, other) = (repository.BlobOf("content 23108"), repository.BlobOf("content 23197"));
        Assert.StartsWith("52c5fcf", one.Sha, StringComparison.Ordinal);
        Assert.StartsWith("52c5fcf", other.Sha, StringComparison.Ordinal);

        Assert.Throws<AmbiguousSpecificationException>(() => repository.Lookup<Blob>("52c5fcf"));
    }

    [Fact]
    public async Task ApplyTag_NamesAndTargets_AreChecked()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        Assert.Equal("v1", repository.ApplyTag("v1", commit, Tagger, "one").FriendlyName);
        Assert.Throws<NameConflictException>(() => repository.ApplyTag("v1", commit, Tagger, "one"));
        Assert.Throws<NotFoundException>(() => repository.ApplyTag("v2", new string('a', 40), Tagger, "two"));
        Assert.Throws<InvalidSpecificationException>(() => repository.ApplyTag("a..b", commit, Tagger, "three"));
    }

    [Fact]
    public void RemotesAdd_NameTwice_Throws()
    {
        using var repository = git.NewRepository();
        repository.Network.Remotes.Add("origin", "http://example.com/a.git");

        Assert.Throws<NameConflictException>(() => repository.Network.Remotes.Add("origin", "http://example.com/b.git"));
        Assert.Equal("http://example.com/a.git", Assert.Single(repository.Network.Remotes).Url);
    }

    [Fact]
    public void RefsAdd_NamesAndTargets_AreChecked()
    {
        using var repository = git.NewRepository();
        var commit = repository.CommitAt(1);

        var reference = repository.Refs.Add("refs/heads/feature/ü", commit.Id);

        Assert.Equal(("refs/heads/feature/ü", commit.Sha), (reference.CanonicalName, reference.TargetIdentifier));
        Assert.Equal([reference], repository.Refs);
        Assert.Throws<NameConflictException>(() => repository.Refs.Add("refs/heads/feature/ü", repository.CommitAt(2).Id));
        Assert.Throws<InvalidSpecificationException>(() => repository.Refs.Add("refs/heads/a..b", commit.Id));
        Assert.ThrowsAny<LibGit2SharpException>(() => repository.Refs.Add("refs/heads/nothing", new ObjectId(new string('a', 40))));
    }

    [Theory]
    [InlineData("refs/tags/v1.0", true)]
    [InlineData("refs/tags/a..b", false)]
    [InlineData("refs/tags/a b", false)]
    [InlineData("refs/tags/a:b", false)]
    [InlineData("refs/tags/", false)]
    public void IsValidName_Name_IsAsGitSays(string name, bool valid) => Assert.Equal(valid, Reference.IsValidName(name));
}
