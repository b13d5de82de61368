using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>A commit as a git host told it.</summary>
internal sealed record CommitResponse(
    string Id, string Message, string AuthorName, DateTimeOffset AuthoredAt, IReadOnlyList<string> ParentIds, bool Stale, DateTimeOffset AsOf)
{
    public static CommitResponse From(Reading<GitCommit> reading) => new(
        reading.Value.Id, reading.Value.Message, reading.Value.AuthorName, reading.Value.AuthoredAt, reading.Value.ParentIds, reading.Stale, reading.AsOf);
}
