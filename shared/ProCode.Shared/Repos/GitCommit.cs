namespace ProCode.Repos;

/// <summary>A commit. <paramref name="Message"/> is cut after 4,000 characters.</summary>
public sealed record GitCommit(string Id, string Message, string AuthorName, DateTimeOffset AuthoredAt, IReadOnlyList<string> ParentIds)
{
    /// <summary>Messages are cut after this many characters.</summary>
    public const int MaxMessageLength = 4000;

    /// <summary>A commit with its message cut to size.</summary>
    public static GitCommit Of(string id, string message, string authorName, DateTimeOffset authoredAt, IReadOnlyList<string> parentIds) =>
        new(id, message.Length <= MaxMessageLength ? message : message[..MaxMessageLength], authorName, authoredAt, parentIds);
}
