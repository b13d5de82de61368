using LibGit2Sharp.Handlers;

namespace LibGit2Sharp;

/// <summary>What a repository can do.</summary>
public interface IRepository : IDisposable
{
    GitObject Lookup(string objectish, ObjectType type);
}

/// <summary>Something that came out of a repository.</summary>
public interface IBelongToARepository
{
    IRepository Repository { get; }
}

/// <summary>A repository on disk, worked on by the git program.</summary>
public sealed class Repository : IRepository
{
    private readonly Lazy<ObjectReader> _objects;

    public Repository(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Folder = new[] { path, Path.Combine(path, ".git") }.FirstOrDefault(IsGitFolder)
            ?? throw new RepositoryNotFoundException($"Path '{path}' doesn't point at a valid Git repository or workdir.");
        _objects = new(() => new ObjectReader(Folder));
        Network = new Network(this);
        Refs = new ReferenceCollection(this);
        Commits = new CommitLog(this, new CommitFilter());
        Diff = new Diff(this);
        ObjectDatabase = new ObjectDatabase(this);
    }

    public Network Network { get; }

    public ReferenceCollection Refs { get; }

    public IQueryableCommitLog Commits { get; }

    public Diff Diff { get; }

    public ObjectDatabase ObjectDatabase { get; }

    internal string Folder { get; }

    internal ObjectReader Objects => _objects.Value;

    /// <summary>Makes an empty repository and returns the path of its git folder.</summary>
    public static string Init(string path, bool isBare)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] bare = isBare ? ["--bare"] : [];
        GitProgram.Run(null, ["init", "--quiet", "--template=", .. bare, "--", path]).ThrowIfFailed();
        return Path.GetFullPath(isBare ? path : Path.Combine(path, ".git")) + Path.DirectorySeparatorChar;
    }

    /// <summary>The refs that a server advertises, in ordinal order, with <c>HEAD</c> and the peeled <c>refs/tags/x^{}</c>.</summary>
    public static IEnumerable<Reference> ListRemoteReferences(string url, CredentialsHandler credentialsProvider)
    {
        ArgumentNullException.ThrowIfNull(url);
        var output = RemoteCall.Run(null, url, credentialsProvider, null, ["ls-remote", "--quiet", "--symref", "--", url]).Text;
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        var references = new List<Reference>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (target, name) = (line[..line.IndexOf('\t', StringComparison.Ordinal)], line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]);
            if (target.StartsWith("ref: ", StringComparison.Ordinal))
                targets[name] = target["ref: ".Length..];
            else if (targets.TryGetValue(name, out var other))
                references.Add(new SymbolicReference(null, name, other));
            else
                references.Add(new DirectReference(null, name, target));
        }

        references.Sort((one, two) => string.CompareOrdinal(one.CanonicalName, two.CanonicalName));
        return references;
    }

    /// <summary>The object that a revision names, or null when there is none of that type.</summary>
    public GitObject Lookup(string objectish, ObjectType type)
    {
        ArgumentException.ThrowIfNullOrEmpty(objectish);
        return Objects.Find(objectish) is var (id, found) && string.Equals(found, type.ToString(), StringComparison.OrdinalIgnoreCase) ? GitObject.Create(this, id, found) : null!;
    }

    public void Dispose()
    {
        if (_objects.IsValueCreated)
            _objects.Value.Dispose();
    }

    private static bool IsGitFolder(string path) => File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects"));
}

/// <summary>The types of objects.</summary>
public enum ObjectType
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}
