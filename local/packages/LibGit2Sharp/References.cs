namespace LibGit2Sharp;

/// <summary>A name that stands for an object or for another name.</summary>
public abstract class Reference : IBelongToARepository, IEquatable<Reference>
{
    private readonly IRepository? _repository;

    internal Reference(IRepository? repository, string canonicalName, string targetIdentifier) =>
        (_repository, CanonicalName, TargetIdentifier) = (repository, canonicalName, targetIdentifier);

    public virtual string CanonicalName { get; }

    /// <summary>The object's id, or the other ref's name.</summary>
    public virtual string TargetIdentifier { get; }

    IRepository IBelongToARepository.Repository => _repository!;

    /// <summary>Whether git allows a full name such as <c>refs/tags/v1</c>.</summary>
    public static bool IsValidName(string canonicalName)
    {
        ArgumentException.ThrowIfNullOrEmpty(canonicalName);
        return !canonicalName.Contains('\0', StringComparison.Ordinal) && GitProgram.Run(null, ["check-ref-format", canonicalName]).ExitCode == 0;
    }

    public bool Equals(Reference? other) => other is not null && (other.CanonicalName, other.TargetIdentifier) == (CanonicalName, TargetIdentifier);

    public override bool Equals(object? obj) => Equals(obj as Reference);

    public override int GetHashCode() => HashCode.Combine(CanonicalName, TargetIdentifier);

    public override string ToString() => $"{CanonicalName} => \"{TargetIdentifier}\"";
}

/// <summary>A ref that stands for an object.</summary>
public class DirectReference : Reference
{
    internal DirectReference(IRepository? repository, string canonicalName, string targetIdentifier)
        : base(repository, canonicalName, targetIdentifier)
    {
    }
}

/// <summary>A ref that stands for another ref.</summary>
public class SymbolicReference : Reference
{
    internal SymbolicReference(IRepository? repository, string canonicalName, string targetIdentifier)
        : base(repository, canonicalName, targetIdentifier)
    {
    }
}

/// <summary>A ref together with what it stands for.</summary>
public abstract class ReferenceWrapper<TObject> : IBelongToARepository, IEquatable<ReferenceWrapper<TObject>>
    where TObject : GitObject
{
    private readonly IRepository _repository;

    internal ReferenceWrapper(IRepository repository, string canonicalName, TObject target) =>
        (_repository, CanonicalName, TargetObject) = (repository, canonicalName, target);

    public virtual string CanonicalName { get; }

    public virtual string FriendlyName => Shorten();

    protected TObject TargetObject { get; }

    IRepository IBelongToARepository.Repository => _repository;

    public bool Equals(ReferenceWrapper<TObject>? other) => other is not null && other.CanonicalName == CanonicalName && other.TargetObject.Equals(TargetObject);

    public override bool Equals(object? obj) => Equals(obj as ReferenceWrapper<TObject>);

    public override int GetHashCode() => HashCode.Combine(CanonicalName, TargetObject);

    public override string ToString() => CanonicalName;

    protected abstract string Shorten();
}

/// <summary>A tag.</summary>
public class Tag : ReferenceWrapper<GitObject>
{
    internal Tag(IRepository repository, string canonicalName, GitObject target)
        : base(repository, canonicalName, target)
    {
    }

    public virtual GitObject Target => TargetObject;

    protected override string Shorten() => CanonicalName["refs/tags/".Length..];
}
