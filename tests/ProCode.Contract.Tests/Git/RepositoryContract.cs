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

    [Fact]
    public async Task Lookup_UnknownOrOfAnotherType_IsNull()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, _) = git.Fetch(name);
        using var opened = repository;

        Assert.Null(repository.Lookup<Commit>(new string('a', 40)));
        Assert.Null(repository.Lookup<Blob>(commit));
        Assert.Equal(commit, repository.Lookup<Commit>(commit).Sha);
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
