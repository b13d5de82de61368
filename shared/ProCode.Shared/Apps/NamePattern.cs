using System.Text.RegularExpressions;
using ProCode.Iterations;

namespace ProCode.Apps;

/// <summary>A pattern for names of git refs: plain text with placeholders such as <c>{major}</c>. Deliberately no regular expression: everybody
/// sees what it means, and none can be slow.</summary>
internal static partial class NamePattern
{
    /// <summary>Patterns have at most this many characters, so that every name made of one is short enough for git and for rows.</summary>
    public const int MaxLength = 60;

    /// <summary>The pieces in their order: a placeholder's name, or else a text.</summary>
    public static IEnumerable<(string? Placeholder, string Text)> Pieces(string pattern) =>
        Piece().Matches(pattern).Select(match => match.Groups[1].Success ? ((string?)match.Groups[1].Value, match.Value) : (null, match.Value));

    /// <summary>What is wrong with the pattern, whatever it is for. <paramref name="sample"/> makes a name of it, which git must take.</summary>
    public static IEnumerable<string> Problems(string pattern, string[] placeholders, string required, Func<string, string> sample)
    {
        if (pattern.Length is 0 or > MaxLength)
        {
            yield return $"must have 1 to {MaxLength} characters";
            yield break;
        }

        var pieces = Pieces(pattern).ToList();
        var used = pieces.Where(piece => piece.Placeholder is not null).Select(piece => piece.Placeholder!).ToList();
        if (used.Except(placeholders).Any() || !pieces.TrueForAll(piece => piece.Placeholder is not null || Plain().IsMatch(piece.Text)))
        {
            yield return $"must be made of letters, digits, . _ - / and the placeholders {string.Join(", ", placeholders.Select(name => $"{{{name}}}"))}";
            yield break;
        }

        if (!used.Contains(required)) yield return $"must contain {{{required}}}";
        if (used.Count != used.Distinct().Count()) yield return "must contain each placeholder once at most";
        if (Crowded().IsMatch(pattern)) yield return "must have no digit and no other placeholder right beside a placeholder";
        if (!BranchName.IsValid(sample(pattern))) yield return "must make names that git allows";
    }

    // A brace that belongs to no placeholder is a text, which then isn't plain.
    [GeneratedRegex(@"\{([a-z]+)\}|[^{]+|\{", RegexOptions.CultureInvariant)]
    private static partial Regex Piece();

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\}[0-9{]|[0-9]\{", RegexOptions.CultureInvariant)]
    private static partial Regex Crowded();
}
