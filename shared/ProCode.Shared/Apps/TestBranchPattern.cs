using System.Globalization;

namespace ProCode.Apps;

/// <summary>How the branches of the TESTING phase are called: text with <c>{iteration}</c>, the iteration's id, which must be there so that no two
/// iterations share a branch, and <c>{name}</c>, its name made fit for git.</summary>
public static class TestBranchPattern
{
    public const string Default = "test/iteration-{iteration}";

    private const int MaxWordsLength = 20;

    private static readonly string[] Placeholders = ["iteration", "name"];

    /// <summary>What is wrong with the pattern.</summary>
    public static IEnumerable<string> Problems(string pattern) =>
        NamePattern.Problems(pattern, Placeholders, "iteration", pattern => BranchFor(pattern, 1, "spring"));

    /// <summary>The branch of an iteration.</summary>
    public static string BranchFor(string pattern, long iterationId, string iterationName) => string.Concat(NamePattern.Pieces(pattern).Select(piece => piece.Placeholder switch
    {
        null => piece.Text,
        "iteration" => iterationId.ToString(CultureInfo.InvariantCulture),
        _ => Words(iterationName),
    }));

    // Letters and digits joined by single hyphens are a good part of a ref wherever they stand.
    private static string Words(string name)
    {
        var kept = name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-').ToArray();
        var words = string.Join('-', new string(kept).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? "iteration" : words[..Math.Min(words.Length, MaxWordsLength)].TrimEnd('-');
    }
}
