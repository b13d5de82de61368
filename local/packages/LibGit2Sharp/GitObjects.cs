using System.Collections;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Anything a repository stores.</summary>
public abstract class GitObject : IBelongToARepository, IEquatable<GitObject>
{
    internal GitObject(Repository repository, ObjectId id) => (Owner, Id) = (repository, id);

    public virtual ObjectId Id { get; }

    public virtual string Sha => Id.Sha;

    IRepository IBelongToARepository.Repository => Owner;

    internal Repository Owner { get; }

    public bool Equals(GitObject? other) => other is not null && other.GetType() == GetType() && other.Id.Equals(Id);

    public override bool Equals(object? obj) => Equals(obj as GitObject);

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Sha;

    internal static GitObject Create(Repository repository, ObjectId id, string type) => type switch
    {
        "commit" => new Commit(repository, id),
        "tree" => new Tree(repository, id),
        "blob" => new Blob(repository, id),
        _ => new TagAnnotation(repository, id),
    };
}

/// <summary>A commit.</summary>
public class Commit : GitObject
{
    private readonly Lazy<CommitText> _text;

    internal Commit(Repository repository, ObjectId id)
        : base(repository, id) => _text = new(() => new CommitText(Owner.Objects.Read(Id)));

    /// <summary>The files of the commit.</summary>
    public virtual Tree Tree => new(Owner, new ObjectId(_text.Value.Fields("tree").First()));

    public virtual Signature Author => Signature.FromGit(_text.Value.Fields("author").First());

    /// <summary>The message without empty lines before it.</summary>
    public virtual string Message => _text.Value.Message;

    /// <summary>The commits that this one came after; several for a merge, none for a first one.</summary>
    public virtual IEnumerable<Commit> Parents => _text.Value.Fields("parent").Select(id => new Commit(Owner, new ObjectId(id)));
}

/// <summary>A folder.</summary>
public class Tree : GitObject, IEnumerable<TreeEntry>
{
    internal Tree(Repository repository, ObjectId id)
        : base(repository, id)
    {
    }

    public virtual IEnumerator<TreeEntry> GetEnumerator() => Entries().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // A tree is a row of "<octal mode> <name>\0<20 bytes of id>".
    private IEnumerable<TreeEntry> Entries()
    {
        var content = Owner.Objects.Read(Id);
        for (var at = 0; at < content.Length;)
        {
            var space = Array.IndexOf(content, (byte)' ', at);
            var end = Array.IndexOf(content, (byte)0, space);
            var mode = (Mode)Convert.ToInt32(Encoding.ASCII.GetString(content, at, space - at), 8);
            var id = new ObjectId(Convert.ToHexStringLower(content, end + 1, 20));
            yield return new TreeEntry(Owner, mode, Encoding.UTF8.GetString(content, space + 1, end - space - 1), id);
            at = end + 21;
        }
    }
}

/// <summary>A file's content, or a symbolic link's target.</summary>
public class Blob : GitObject
{
    internal Blob(Repository repository, ObjectId id)
        : base(repository, id)
    {
    }

    public virtual long Size => Owner.Objects.SizeOf(Id);

    /// <summary>The content as it is stored, no line ends changed.</summary>
    public virtual Stream GetContentStream() => new MemoryStream(Owner.Objects.Read(Id), writable: false);
}

/// <summary>The object of an annotated tag.</summary>
public class TagAnnotation : GitObject
{
    internal TagAnnotation(Repository repository, ObjectId id)
        : base(repository, id)
    {
    }
}

/// <summary>The commit that a submodule stands at; the object itself is in another repository.</summary>
internal sealed class GitLink(Repository repository, ObjectId id) : GitObject(repository, id);
