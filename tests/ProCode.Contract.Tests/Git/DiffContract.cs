using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

public sealed class DiffContract(GitContract git) : IClassFixture<GitContract>
{
    private static readonly string LongText = string.Join('\n', Enumerable.Range(0, 50).Select(i => $"line {i} of a text"));
    private static readonly CompareOptions Renames = new() { Similarity = SimilarityOptions.Renames };

    [Fact]
    public void Compare_AddedModifiedDeleted_AreToldByTheirPaths()
    {
        using var repository = git.NewRepository();
        var old = repository.TreeOf(("gone", "1"), ("same", "2"), ("changed", "3"), ("deep/ü ö.txt", "4"));
        var now = repository.TreeOf(("new", "other text"), ("same", "2"), ("changed", "33"), ("deep/ü ö.txt", "44"));

        Assert.Equal(
            [("changed", ChangeKind.Modified), ("deep/ü ö.txt", ChangeKind.Modified), ("gone", ChangeKind.Deleted), ("new", ChangeKind.Added)],
            Changes(repository, old, now, Renames).Select(change => (change.Path, change.Status)));
    }

    [Fact]
    public void Compare_RenamedFile_IsOneChangeWithBothPaths()
    {
        using var repository = git.NewRepository();
        var old = repository.TreeOf(("old.txt", LongText), ("exact.txt", "short\n"));
        var now = repository.TreeOf(("folder/new.txt", LongText + "\nand one more"), ("exact2.txt", "short\n"));

        Assert.Equal(
            [("exact2.txt", "exact.txt", ChangeKind.Renamed), ("folder/new.txt", "old.txt", ChangeKind.Renamed)],
            Changes(repository, old, now, Renames).Select(change => (change.Path, change.OldPath, change.Status)));
    }

    [Fact]
    public void Compare_WithoutOptions_FindsRenamesAndWithNoneDoesNot()
    {
        using var repository = git.NewRepository();
        var (old, now) = (repository.TreeOf(("old.txt", LongText)), repository.TreeOf(("new.txt", LongText)));

        Assert.Equal(ChangeKind.Renamed, Assert.Single(Changes(repository, old, now, new CompareOptions())).Status);
        Assert.Equal(
            [ChangeKind.Added, ChangeKind.Deleted],
            Changes(repository, old, now, new CompareOptions { Similarity = SimilarityOptions.None }).Select(change => change.Status));
    }

    [Fact]
    public void Compare_LessThanHalfAlike_IsNoRename()
    {
        using var repository = git.NewRepository();
        var old = repository.TreeOf(("old.txt", LongText));
        var now = repository.TreeOf(("new.txt", string.Join('\n', LongText.Split('\n').Select((line, i) => i < 5 ? line : $"{i} something else"))));

        Assert.Equal([ChangeKind.Added, ChangeKind.Deleted], Changes(repository, old, now, Renames).Select(change => change.Status));
    }

    [Fact]
    public void Compare_ModeAndTypeChanged_AreToldApart()
    {
        using var repository = git.NewRepository();
        var content = repository.BlobOf("run.sh");
        Tree TreeWith(Mode run, Mode link) => repository.ObjectDatabase.CreateTree(new TreeDefinition().Add("run", content, run).Add("type", content, link));

        var changes = Changes(repository, TreeWith(Mode.NonExecutableFile, Mode.NonExecutableFile), TreeWith(Mode.ExecutableFile, Mode.SymbolicLink), Renames);

        Assert.Equal([("run", ChangeKind.Modified), ("type", ChangeKind.TypeChanged)], changes.Select(change => (change.Path, change.Status)));
    }

    [Fact]
    public void Compare_NullTree_StandsForNoFiles()
    {
        using var repository = git.NewRepository();
        var tree = repository.TreeOf(("a", "1"), ("b/c", "2"));

        Assert.Equal([("a", ChangeKind.Added), ("b/c", ChangeKind.Added)], Changes(repository, null!, tree, Renames).Select(change => (change.Path, change.Status)));
        Assert.Equal([("a", ChangeKind.Deleted), ("b/c", ChangeKind.Deleted)], Changes(repository, tree, null!, Renames).Select(change => (change.Path, change.Status)));
        Assert.Empty(Changes(repository, tree, tree, Renames));
    }

    private static List<TreeEntryChanges> Changes(Repository repository, Tree old, Tree now, CompareOptions options)
    {
        using var changes = repository.Diff.Compare<TreeChanges>(old, now, options);
        return [.. changes.OrderBy(change => change.Path, StringComparer.Ordinal)];
    }
}
