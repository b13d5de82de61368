using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

public sealed class ObjectDatabaseContract(GitContract git) : IClassFixture<GitContract>
{
    // What git's own hash-object, mktree and commit-tree say.
    private const string TreeId = "afa63a339b740dd40db965747e88d91ffefaa379";
    private const string CommitId = "1da151cc090168755dff907e637cfa265ff20d54";

    [Fact]
    public void CreateTree_FilesAndFolders_HasGitsOwnId()
    {
        using var repository = git.NewRepository();

        Assert.Equal(TreeId, NewTree(repository).Sha);
    }

    [Fact]
    public void CreateTree_Twice_HasTheSameIdAndIsReadBack()
    {
        using var repository = git.NewRepository();
        Assert.Equal(NewTree(repository).Sha, NewTree(repository).Sha);

        var names = repository.Lookup<Tree>(TreeId).Select(entry => (entry.Name, entry.Mode));

        Assert.Equal([("a.b", Mode.NonExecutableFile), ("a", Mode.Directory), ("a0", Mode.NonExecutableFile), ("run.sh", Mode.ExecutableFile)], names);
    }

    [Fact]
    public void CreateTree_FileAddedTwice_HasTheLast()
    {
        using var repository = git.NewRepository();

        Assert.Equal(repository.TreeOf(("a", "2")).Sha, repository.TreeOf(("a", "1"), ("a", "2")).Sha);
        Assert.Equal(repository.TreeOf(("a/b", "2")).Sha, repository.TreeOf(("a", "1"), ("a/b", "2")).Sha);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(".git/config")]
    [InlineData("a/.GIT")]
    public void CreateTree_NameThatIsNone_Throws(string path)
    {
        using var repository = git.NewRepository();

        Assert.Throws<LibGit2SharpException>(() => repository.TreeOf((path, "x")));
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("")]
    public void Add_PathThatIsNone_ThrowsArgument(string path)
    {
        using var repository = git.NewRepository();

        Assert.ThrowsAny<ArgumentException>(() => repository.TreeOf((path, "x")));
    }

    [Fact]
    public void Add_ModeOfAFolder_ThrowsArgument()
    {
        using var repository = git.NewRepository();

        Assert.ThrowsAny<ArgumentException>(() => new TreeDefinition().Add("a", repository.BlobOf("x"), Mode.Directory));
    }

    [Fact]
    public void CreateCommit_NotPrettified_HasGitsOwnId()
    {
        using var repository = git.NewRepository();
        var time = DateTimeOffset.FromUnixTimeSeconds(946684800);
        var author = new Signature("Pro:Code", "p@localhost", time);
        var committer = new Signature("Pro:Code", "p@localhost", time.ToOffset(new TimeSpan(5, 30, 0)));

        var commit = repository.ObjectDatabase.CreateCommit(author, committer, "First\n\ncommit", NewTree(repository), [], prettifyMessage: false);

        Assert.Equal(CommitId, commit.Sha);
    }

    [Fact]
    public void CreateCommit_FractionsOfASecond_AreLeftOut()
    {
        using var repository = git.NewRepository();
        Signature At(int milliseconds) => new("A", "a@example.com", DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds));
        string IdAt(int milliseconds) => repository.ObjectDatabase.CreateCommit(At(milliseconds), At(milliseconds), "x", repository.TreeOf(("a", "a")), [], false).Sha;

        Assert.Equal(IdAt(1000), IdAt(1900));
        Assert.NotEqual(IdAt(1000), IdAt(2000));
    }

    [Fact]
    public void CreateCommit_Prettified_HasNoSpaceAround()
    {
        using var repository = git.NewRepository();

        var commit = repository.ObjectDatabase.CreateCommit(History.Author, History.Author, "\n\nFirst  \n\n\n# second", repository.TreeOf(("a", "a")), [], prettifyMessage: true);

        Assert.Equal("First\n\n# second\n", commit.Message);
    }

    [Fact]
    public void CreateCommit_ZeroByteOrNoMessage_ThrowsArgument()
    {
        using var repository = git.NewRepository();
        var tree = repository.TreeOf(("a", "a"));

        Assert.ThrowsAny<ArgumentException>(() => repository.ObjectDatabase.CreateCommit(History.Author, History.Author, "a\0b", tree, [], false));
        Assert.ThrowsAny<ArgumentException>(() => repository.ObjectDatabase.CreateCommit(History.Author, History.Author, null!, tree, [], false));
    }

    [Fact]
    public void FindMergeBase_PartedHistories_IsWhereTheyParted()
    {
        using var repository = git.NewRepository();
        var root = repository.CommitAt(1);
        var parted = repository.CommitAt(2, root);
        var (one, two) = (repository.CommitAt(3, parted), repository.CommitAt(4, repository.CommitAt(5, parted)));

        Assert.Equal(parted.Sha, repository.ObjectDatabase.FindMergeBase(one, two).Sha);
        Assert.Equal(parted.Sha, repository.ObjectDatabase.FindMergeBase(one, parted).Sha);
        Assert.Equal(one.Sha, repository.ObjectDatabase.FindMergeBase(one, one).Sha);
    }

    [Fact]
    public void FindMergeBase_NothingInCommon_IsNull()
    {
        using var repository = git.NewRepository();

        Assert.Null(repository.ObjectDatabase.FindMergeBase(repository.CommitAt(1), repository.CommitAt(2)));
    }

    [Fact]
    public void GetEnumerator_OneCommit_GivesItsObjects()
    {
        using var repository = git.NewRepository();
        var commit = repository.CommitAt(1);

        Assert.Equal(
            new[] { commit.Sha, commit.Tree.Sha, repository.BlobOf("a").Sha }.Order(StringComparer.Ordinal),
            repository.ObjectDatabase.Select(found => found.Sha).Order(StringComparer.Ordinal));
    }

    // "a.b", "a/" and "a0" are in this order only when a folder counts as ending in a slash.
    private static Tree NewTree(Repository repository)
    {
        var code = repository.BlobOf("print(1)\r\n");
        var definition = new TreeDefinition()
            .Add("run.sh", repository.BlobOf("#!/bin/sh\n"), Mode.ExecutableFile)
            .Add("a/ü.py", code, Mode.NonExecutableFile)
            .Add("a0", code, Mode.NonExecutableFile)
            .Add("a/main.py", code, Mode.NonExecutableFile)
            .Add("a.b", code, Mode.NonExecutableFile);
        return repository.ObjectDatabase.CreateTree(definition);
    }
}
