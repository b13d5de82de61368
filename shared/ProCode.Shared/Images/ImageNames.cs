using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ProCode.Images;

/// <summary>Makes any text a name that OCI registries accept. A name that is one already stays as it is; another gets a short hash of
/// the original behind it, so that two texts never become the same name.</summary>
public static partial class ImageNames
{
    private const int MaxRepositoryLength = 200;
    private const int MaxTagLength = 128;

    /// <summary>A repository: lower-case words joined by <c>. _ - /</c>.</summary>
    public static string Repository(string text)
    {
        if (text.Length <= MaxRepositoryLength && ValidRepository().IsMatch(text)) return text;
        var words = NotInRepository().Replace(text.ToLowerInvariant(), "-").Trim('-');
        return WithHash(words, "app", text, MaxRepositoryLength);
    }

    /// <summary>A tag: letters, digits and <c>. _ -</c>, at most 128.</summary>
    public static string Tag(string text)
    {
        if (ValidTag().IsMatch(text)) return text;
        var words = NotInTag().Replace(text, "-").Trim('-', '.');
        return WithHash(words, "tag", text, MaxTagLength);
    }

    private static string WithHash(string words, string whenEmpty, string original, int maxLength)
    {
        var hash = "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(original)).AsSpan(0, 5));
        var kept = words.Length == 0 ? whenEmpty : words[..Math.Min(words.Length, maxLength - hash.Length)].TrimEnd('-', '.');
        return kept + hash;
    }

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex ValidRepository();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInRepository();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex ValidTag();

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex NotInTag();
}
