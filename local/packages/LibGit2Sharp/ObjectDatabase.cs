using System.Collections;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Everything that a repository stores.</summary>
public class ObjectDatabase : IEnumerable<GitObject>
{
    private readonly Repository _repository;

    internal ObjectDatabase(Repository repository) => _repository = repository;

    /// <summary>Stores a content as it is, no line ends changed.</summary>
    public virtual Blob CreateBlob(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new Blob(_repository, ObjectWriter.Write(_repository.Folder, "blob", content.ToArray()));
    }

    /// <summary>Stores folders.</summary>
    public virtual Tree CreateTree(TreeDefinition treeDefinition)
    {
        ArgumentNullException.ThrowIfNull(treeDefinition);
        return new Tree(_repository, treeDefinition.Write(_repository.Folder));
    }

    /// <summary>Stores a commit; its bytes depend on nothing but the arguments.</summary>
    public virtual Commit CreateCommit(Signature author, Signature committer, string message, Tree tree, IEnumerable<Commit> parents, bool prettifyMessage)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(committer);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(parents);
        if (message.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("Zero bytes ('\\0') are not allowed. A zero byte has been found at position " + message.IndexOf('\0', StringComparison.Ordinal) + ".", nameof(message));

        var lines = parents.Select(parent => $"parent {parent.Sha}\n").Prepend($"tree {tree.Sha}\n");
        var text = prettifyMessage ? GitProgram.Run(_repository.Folder, ["stripspace"], Encoding.UTF8.GetBytes(message)).ThrowIfFailed().Text : message;
        var commit = $"{string.Concat(lines)}author {author.ToGit()}\ncommitter {committer.ToGit()}\n\n{text}";
        return new Commit(_repository, ObjectWriter.Write(_repository.Folder, "commit", Encoding.UTF8.GetBytes(commit)));
    }

    /// <summary>The best common ancestor, or null.</summary>
    public virtual Commit FindMergeBase(Commit first, Commit second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var output = GitProgram.Run(_repository.Folder, ["merge-base", first.Sha, second.Sha]);
        if (output.ExitCode == 1 && output.Errors.Length == 0)
            return null!;
        return new Commit(_repository, new ObjectId(output.ThrowIfFailed().Text.Trim()));
    }

    public virtual IEnumerator<GitObject> GetEnumerator() =>
        GitProgram.Run(_repository.Folder, ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]).ThrowIfFailed().Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(pair => GitObject.Create(_repository, new ObjectId(pair[0]), pair[1]))
            .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
