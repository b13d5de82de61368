using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>A page of what a git host said. <paramref name="Stale"/> is set when the host is away and this is what it said at <paramref name="AsOf"/>.</summary>
internal sealed record RefPageResponse(IReadOnlyList<GitRef> Items, string? Continuation, bool Stale, DateTimeOffset AsOf)
{
    public static RefPageResponse From(Reading<GitPage<GitRef>> reading) => new(
        reading.Value.Items, reading.Value.Continuation, reading.Stale, reading.AsOf);
}
