namespace LibGit2Sharp;

/// <summary>Who did something, and when.</summary>
public sealed class Signature : IEquatable<Signature>
{
    public Signature(string name, string email, DateTimeOffset when)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(email);
        (Name, Email, When) = (name, email, when);
    }

    public string Name { get; }

    public string Email { get; }

    public DateTimeOffset When { get; }

    public bool Equals(Signature? other) => other is not null && (other.Name, other.Email, other.When) == (Name, Email, When);

    public override bool Equals(object? obj) => Equals(obj as Signature);

    public override int GetHashCode() => HashCode.Combine(Name, Email, When);

    public override string ToString() => $"{Name} <{Email}>";

    // Git's own form: angle brackets and line ends in a name would end the field, so git leaves them out as well.
    internal string ToGit() => $"{Clean(Name)} <{Clean(Email)}> {When.ToUnixTimeSeconds()} {When:zzz}".Replace(":", "", StringComparison.Ordinal);

    private static string Clean(string text) => string.Concat(text.Where(c => c is not ('<' or '>' or '\n' or '\r' or '\0')));
}
