using System.Text;
using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

/// <summary>Makes commits in a repository of our own, by the public API alone.</summary>
internal static class History
{
    public static Signature Author { get; } = new("A", "a@example.com", DateTimeOffset.UnixEpoch);

    public static Blob BlobOf(this Repository repository, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return repository.ObjectDatabase.CreateBlob(stream);
    }

    public static Tree TreeOf(this Repository repository, params (string Path, string Content)[] files)
    {
        var definition = new TreeDefinition();
        foreach (var (path, content) in files)
            definition.Add(path, repository.BlobOf(content), Mode.NonExecutableFile);
        return repository.ObjectDatabase.CreateTree(definition);
    }

    /// <summary>A commit so many seconds after the epoch.</summary>
    public static Commit CommitAt(this Repository repository, int seconds, params Commit[] parents)
    {
        var author = new Signature("A", "a@example.com", DateTimeOffset.UnixEpoch.AddSeconds(seconds));
        return repository.ObjectDatabase.CreateCommit(author, author, $"Commit {seconds}", repository.TreeOf(("a", "a")), parents, prettifyMessage: false);
    }
}
