using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ProCode.Pipelines.Logs;

/// <summary>
/// Puts <c>***</c> for secrets: as they are, percent-encoded or JSON-escaped in whole or in part, in base64 at any place of what was encoded, and for
/// the user info of URLs, known or not. A secret of several lines is masked line by line. Values of fewer than 4 characters are not masked:
/// a log without its every "ok" tells nothing, and a secret that short keeps nobody out.
/// </summary>
internal sealed partial class SecretMask
{
    /// <summary>Shorter values are not masked.</summary>
    public const int MinLength = 4;

    private const string Masked = "***";

    // One character takes at most nine: three bytes of UTF-8, each as %XX.
    private const int MaxExpansion = 9;
    private const int LongestUserInfo = 1024;

    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _encoded = new(StringComparer.Ordinal);

    // What a secret in any form may begin with.
    private SearchValues<char> _first = SearchValues.Create("");

    /// <summary>How far behind a place a secret may end that begins before it.</summary>
    public int Reach { get; private set; } = LongestUserInfo;

    /// <summary>Masks one more secret from now on.</summary>
    public void Add(string? secret)
    {
        if (secret is null) return;
        AddEncoded(secret);
        foreach (var part in secret.Split('\n')) AddPlain(LineText.Clean(part));
        _first = SearchValues.Create(string.Concat(_secrets.Concat(_encoded).Select(text => text[0]).Distinct()) + "%\\+");
    }

    /// <summary>A line with its secrets masked, of which the first <paramref name="visible"/> characters are wanted. A secret that begins before that
    /// place is masked as a whole.</summary>
    public string Apply(string line, int visible)
    {
        var hidden = Spans(line);
        if (hidden.Count == 0) return line[..visible];
        hidden.Sort();
        var shown = new StringBuilder(visible);
        var done = 0;
        var maskedTo = -1;
        foreach (var (start, end) in hidden)
        {
            if (start >= visible) break;
            if (start > maskedTo) shown.Append(line, done, start - done).Append(Masked);
            maskedTo = done = Math.Max(maskedTo, end);
        }

        if (done < visible) shown.Append(line, done, visible - done);
        return shown.ToString();
    }

    private void AddPlain(string secret)
    {
        if (secret.Length < MinLength || !_secrets.Add(secret)) return;
        Reach = Math.Max(Reach, (secret.Length * MaxExpansion) + 1);
    }

    // Base64 of a text that has the secret somewhere in it: three bytes become four characters, so there are three ways for it to lie. Only the
    // characters that the secret alone decides are looked for.
    private void AddEncoded(string secret)
    {
        if (secret.Length < MinLength) return;
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var before = 0; before < 3; before++)
        {
            var first = ((before * 8) + 5) / 6;
            var end = (before + bytes.Length) * 8 / 6;
            var text = Convert.ToBase64String([.. new byte[before], .. bytes])[first..end];
            _encoded.Add(text);
            _encoded.Add(text.Replace('+', '-').Replace('/', '_'));
            Reach = Math.Max(Reach, (text.Length * MaxExpansion) + 4);
        }
    }

    private List<(int Start, int End)> Spans(string line)
    {
        var spans = new List<(int Start, int End)>();
        if (line.Contains("://", StringComparison.Ordinal))
        {
            foreach (var match in UserInfo().EnumerateMatches(line)) spans.Add((match.Index, match.Index + match.Length - 1));
        }

        for (var start = 0; start < line.Length; start++)
        {
            var next = line.AsSpan(start).IndexOfAny(_first);
            if (next < 0) break;
            start += next;
            foreach (var secret in _secrets)
            {
                if (EncodedText.MatchEnd(line, start, secret) is { } end) spans.Add((start, end));
            }

            foreach (var text in _encoded)
            {
                if (EncodedText.MatchEnd(line, start, text) is { } end) spans.Add(WithEdges(line, start, end));
            }
        }

        return spans;
    }

    // The characters beside hold bits of the secret, too.
    private static (int Start, int End) WithEdges(string line, int start, int end)
    {
        if (start > 0 && IsBase64(line[start - 1])) start--;
        if (end < line.Length && IsBase64(line[end])) end++;
        while (end < line.Length && line[end] == '=') end++;
        return (start, end);
    }

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_';

    [GeneratedRegex("""(?<=[a-zA-Z][a-zA-Z0-9+.-]{0,20}://)[^\s/?#"'<>]+@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
