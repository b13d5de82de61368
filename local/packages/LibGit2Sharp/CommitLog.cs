using System.Collections;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Commits in an order.</summary>
public interface ICommitLog : IEnumerable<Commit>
{
    CommitSortStrategies SortedBy { get; }
}

/// <summary>A repository's commits, to be asked for.</summary>
public interface IQueryableCommitLog : ICommitLog
{
    ICommitLog QueryBy(CommitFilter filter);
}

/// <summary>In which order commits come.</summary>
[Flags]
public enum CommitSortStrategies
{
    /// <summary>In no particular one.</summary>
    None = 0,

    /// <summary>No commit before its children.</summary>
    Topological = 1,

    /// <summary>Newest first.</summary>
    Time = 2,

    /// <summary>The other way round.</summary>
    Reverse = 4,
}

/// <summary>Which commits. Either side is a name, an id, a commit or a tag, or several of them.</summary>
public sealed class CommitFilter
{
    public object IncludeReachableFrom { get; set; } = "HEAD";

    public object ExcludeReachableFrom { get; set; }

    public CommitSortStrategies SortBy { get; set; } = CommitSortStrategies.Time;
}

/// <summary>The commits of a repository that a filter lets through, found when they are asked for.</summary>
public sealed class CommitLog : IQueryableCommitLog
{
    private readonly Repository _repository;
    private readonly CommitFilter _filter;

    internal CommitLog(Repository repository, CommitFilter filter) => (_repository, _filter) = (repository, filter);

    public CommitSortStrategies SortedBy => _filter.SortBy;

    public ICommitLog QueryBy(CommitFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(filter.IncludeReachableFrom, "filter.IncludeReachableFrom");
        return new CommitLog(_repository, filter);
    }

    public IEnumerator<Commit> GetEnumerator()
    {
        var revisions = IdsOf(_filter.IncludeReachableFrom).Concat(IdsOf(_filter.ExcludeReachableFrom).Select(id => "^" + id)).ToList();
        string[] order = (SortedBy & ~CommitSortStrategies.Reverse) switch
        {
            CommitSortStrategies.Topological => ["--topo-order"],
            CommitSortStrategies.Topological | CommitSortStrategies.Time => ["--date-order"],
            _ => [], // git's own order: newest first
        };
        string[] reverse = SortedBy.HasFlag(CommitSortStrategies.Reverse) ? ["--reverse"] : [];
        var output = GitProgram.Run(_repository.Folder, ["rev-list", .. order, .. reverse, "--stdin"], Encoding.ASCII.GetBytes(string.Join('\n', revisions) + "\n"));
        return output.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => new Commit(_repository, new ObjectId(id))).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<string> IdsOf(object? commits) => commits switch
    {
        null => [],
        string name => [(_repository.Objects.Find(name) ?? throw new NotFoundException($"No valid git object identified by '{name}' exists in the repository.")).Id.Sha],
        ObjectId id => [id.Sha],
        GitObject found => [found.Sha],
        Tag tag => [tag.Target.Sha],
        Reference reference => IdsOf(reference.TargetIdentifier),
        _ => ((IEnumerable)commits).Cast<object>().SelectMany(IdsOf),
    };
}
