using System.Globalization;

namespace LibGit2Sharp;

/// <summary>Who did something, and when.</summary>
public sealed class Signature : IEquatable<Signature>
{
    public Signature(string name, string email, DateTimeOffset when)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(email);
        (Name, Email, When) = (name, email, when);
    }

    // What a commit holds may be empty.
    private Signature(DateTimeOffset when, string name, string email) => (Name, Email, When) = (name, email, when);

    public string Name { get; }

    public string Email { get; }

    public DateTimeOffset When { get; }

    public bool Equals(Signature? other) => other is not null && (other.Name, other.Email, other.When) == (Name, Email, When);

    public override bool Equals(object? obj) => Equals(obj as Signature);

    public override int GetHashCode() => HashCode.Combine(Name, Email, When);

    public override string ToString() => $"{Name} <{Email}>";

    // Git's own form: angle brackets and line ends in a name would end the field, so git leaves them out as well.
    internal string ToGit() => $"{Clean(Name)} <{Clean(Email)}> {When.ToUnixTimeSeconds()} {When.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal)}";

    /// <summary>Reads "name &lt;email&gt; seconds +hhmm"; an offset that can't be read is none. A time that .NET doesn't know throws ArgumentOutOfRangeException.</summary>
    internal static Signature FromGit(string text)
    {
        var (start, end) = (text.LastIndexOf('<'), text.LastIndexOf('>'));
        if (start < 0 || end < start)
            throw new LibGit2SharpException("failed to parse signature - malformed e-mail");
        var fields = text[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!long.TryParse(fields.FirstOrDefault("0"), CultureInfo.InvariantCulture, out var seconds))
            throw new LibGit2SharpException("failed to parse signature - invalid Unix timestamp");
        var zone = fields.Length > 1 && int.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var (hours, minutes) = (zone / 100, zone % 100);
        var offset = Math.Abs(hours) > 14 || Math.Abs(minutes) > 59 ? TimeSpan.Zero : new TimeSpan(hours, minutes, 0);
        return new Signature(DateTimeOffset.FromUnixTimeSeconds(seconds).ToOffset(offset), text[..start].Trim(), text[(start + 1)..end].Trim());
    }

    private static string Clean(string text) => string.Concat(text.Where(c => c is not ('<' or '>' or '\n' or '\r' or '\0')));
}
