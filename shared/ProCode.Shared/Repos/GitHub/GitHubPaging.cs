using System.Globalization;

namespace ProCode.Repos.GitHub;

/// <summary>Where in a list of GitHub a page is: its number, and how long the pages are. Both are in the continuation, because a list can't be
/// gone on with in pages of another length.</summary>
internal sealed record GitHubPaging(int Number, int Limit)
{
    /// <summary>GitHub gives at most so many at once.</summary>
    public const int MaxLimit = 100;

    /// <summary>The page that is asked for; the first one when the continuation is none of ours.</summary>
    public static GitHubPaging Of(GitPageRequest page) =>
        page.Continuation?.Split('x') is [var number, var limit] && Parse(number) is { } next && Parse(limit) is { } length && length <= MaxLimit
            ? new GitHubPaging(next, length)
            : new GitHubPaging(1, Math.Clamp(page.Limit, 1, MaxLimit));

    /// <summary>The path with the query that asks for this page.</summary>
    public string In(string path) => string.Create(CultureInfo.InvariantCulture, $"{path}?per_page={Limit}&page={Number}");

    public GitPage<T> Page<T>(IEnumerable<T> items, bool hasNext) =>
        new([.. items], hasNext ? string.Create(CultureInfo.InvariantCulture, $"{Number + 1}x{Limit}") : null);

    private static int? Parse(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
