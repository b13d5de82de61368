namespace ProCode.Apps;

/// <summary>How an app's release tags look: text with the numbers <c>{major}</c>, <c>{minor}</c> and <c>{patch}</c>, of which the first must be there.</summary>
public static class TagPattern
{
    public const string Default = "v{major}.{minor}.{patch}";

    // Nine digits: every version fits 32 bits.
    private const int MaxDigits = 9;

    private static readonly string[] Placeholders = ["major", "minor", "patch"];

    /// <summary>What is wrong with the pattern.</summary>
    public static IEnumerable<string> Problems(string pattern) => NamePattern.Problems(pattern, Placeholders, "major", Example);

    /// <summary>A tag of this pattern, to show.</summary>
    public static string Example(string pattern)
    {
        var number = 0;
        return string.Concat(NamePattern.Pieces(pattern).Select(piece => piece.Placeholder is null ? piece.Text : $"{++number}"));
    }

    /// <summary>Whether the tag is one of this pattern. Numbers have one to nine digits and no leading zero.</summary>
    public static bool Matches(string pattern, string tag)
    {
        var rest = tag.AsSpan();
        foreach (var (placeholder, text) in NamePattern.Pieces(pattern))
        {
            // Beside a placeholder stands no digit, so a number is all the digits that come.
            var length = placeholder is null ? (rest.StartsWith(text, StringComparison.Ordinal) ? text.Length : 0) : Digits(rest);
            if (length == 0 || (placeholder is not null && (length > MaxDigits || (length > 1 && rest[0] == '0')))) return false;
            rest = rest[length..];
        }

        return rest.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length])) length++;
        return length;
    }
}
