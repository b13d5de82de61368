namespace LibGit2Sharp;

/// <summary>The id of an object: 40 hexadecimal digits.</summary>
public sealed class ObjectId : IEquatable<ObjectId>
{
    public ObjectId(string sha)
    {
        ArgumentException.ThrowIfNullOrEmpty(sha);
        if (sha.Length != 40 || !sha.All(char.IsAsciiHexDigit))
            throw new ArgumentException($"'{sha}' is not a valid object identifier. Its length should be 40.", nameof(sha));
        Sha = sha.ToLowerInvariant();
    }

    public string Sha { get; }

    public bool Equals(ObjectId? other) => other is not null && other.Sha == Sha;

    public override bool Equals(object? obj) => Equals(obj as ObjectId);

    public override int GetHashCode() => Sha.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Sha;
}
