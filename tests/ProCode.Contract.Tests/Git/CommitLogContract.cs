using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

public sealed class CommitLogContract(GitContract git) : IClassFixture<GitContract>
{
    private const CommitSortStrategies OldestFirst = CommitSortStrategies.Topological | CommitSortStrategies.Time | CommitSortStrategies.Reverse;

    [Fact]
    public void QueryBy_OneSideOnly_LeavesOutWhatTheOtherReaches()
    {
        using var repository = git.NewRepository();
        var parted = repository.CommitAt(2, repository.CommitAt(1));
        var other = repository.CommitAt(3, parted);
        var (third, fourth) = (repository.CommitAt(4, parted), repository.CommitAt(5, repository.CommitAt(4, parted)));

        Assert.Equal([third.Sha, fourth.Sha], Query(repository, fourth, other, OldestFirst));
        Assert.Equal([fourth.Sha, third.Sha], Query(repository, fourth, other, CommitSortStrategies.Topological | CommitSortStrategies.Time));
        Assert.Equal([fourth.Sha, third.Sha], Query(repository, fourth, other, CommitSortStrategies.Time));
        Assert.Empty(Query(repository, parted, other, OldestFirst));
    }

    [Fact]
    public void QueryBy_OldestFirst_HasParentsBeforeChildrenWhateverTheirTimes()
    {
        using var repository = git.NewRepository();
        var root = repository.CommitAt(100);
        var (left, right) = (repository.CommitAt(10, root), repository.CommitAt(20, root));
        var merge = repository.CommitAt(5, left, right);

        Assert.Equal([root.Sha, left.Sha, right.Sha, merge.Sha], Query(repository, merge, null, OldestFirst));
        var topological = Query(repository, merge, null, CommitSortStrategies.Topological | CommitSortStrategies.Reverse);
        Assert.Equal((root.Sha, merge.Sha, 4), (topological[0], topological[^1], topological.Count));
    }

    [Fact]
    public void QueryBy_TopologicalAndTime_TakesBranchesByTime()
    {
        using var repository = git.NewRepository();
        var root = repository.CommitAt(1);
        var (left, right) = (repository.CommitAt(2, root), repository.CommitAt(3, root));
        var (laterLeft, laterRight) = (repository.CommitAt(4, left), repository.CommitAt(5, right));
        var merge = repository.CommitAt(6, laterLeft, laterRight);

        Assert.Equal(
            [merge.Sha, laterRight.Sha, laterLeft.Sha, right.Sha, left.Sha, root.Sha],
            Query(repository, merge, null, CommitSortStrategies.Topological | CommitSortStrategies.Time));
    }

    [Fact]
    public void QueryBy_NamesIdsAndCollections_AreTaken()
    {
        using var repository = git.NewRepository();
        var (one, two) = (repository.CommitAt(1), repository.CommitAt(2));
        repository.Refs.Add("refs/heads/one", one.Id);

        Assert.Equal([one.Sha], Query(repository, "refs/heads/one", null, OldestFirst));
        Assert.Equal([one.Sha], Query(repository, one.Id, null, OldestFirst));
        Assert.Equal([one.Sha, two.Sha], Query(repository, new object[] { one, two.Sha }, null, OldestFirst));
        Assert.Equal([two.Sha], Query(repository, new[] { one, two }, repository.Refs.Single(), OldestFirst));
    }

    [Fact]
    public void QueryBy_Nothing_ThrowsArgumentNull()
    {
        using var repository = git.NewRepository();

        Assert.Throws<ArgumentNullException>(() => repository.Commits.QueryBy(null!));
        Assert.Throws<ArgumentNullException>(() => repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = null! }));
        Assert.Equal(CommitSortStrategies.Time, repository.Commits.SortedBy);
    }

    private static List<string> Query(Repository repository, object include, object? exclude, CommitSortStrategies order) =>
        [.. repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = include, ExcludeReachableFrom = exclude!, SortBy = order }).Select(commit => commit.Sha)];
}
