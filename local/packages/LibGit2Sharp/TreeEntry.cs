namespace LibGit2Sharp;

/// <summary>One line of a folder.</summary>
public class TreeEntry : IEquatable<TreeEntry>
{
    private readonly Repository _repository;
    private readonly ObjectId _id;

    internal TreeEntry(Repository repository, Mode mode, string name, ObjectId id) => (_repository, Mode, Name, _id) = (repository, mode, name, id);

    public virtual Mode Mode { get; }

    public virtual string Name { get; }

    public virtual GitObject Target => TargetType switch
    {
        TreeEntryTargetType.Tree => new Tree(_repository, _id),
        TreeEntryTargetType.GitLink => new GitLink(_repository, _id),
        _ => new Blob(_repository, _id),
    };

    public virtual TreeEntryTargetType TargetType => Mode switch
    {
        Mode.Directory => TreeEntryTargetType.Tree,
        Mode.GitLink => TreeEntryTargetType.GitLink,
        _ => TreeEntryTargetType.Blob,
    };

    public bool Equals(TreeEntry? other) => other is not null && (other.Mode, other.Name) == (Mode, Name) && other._id.Equals(_id);

    public override bool Equals(object? obj) => Equals(obj as TreeEntry);

    public override int GetHashCode() => HashCode.Combine(Name, _id);
}

/// <summary>What a line of a folder stands for.</summary>
public enum TreeEntryTargetType
{
    Blob = 0,
    Tree = 1,
    GitLink = 2,
}

/// <summary>The file modes that git knows.</summary>
public enum Mode
{
    Nonexistent = 0,
    Directory = 16384,
    NonExecutableFile = 33188,
    NonExecutableGroupWritableFile = 33204,
    ExecutableFile = 33261,
    SymbolicLink = 40960,
    GitLink = 57344,
}
