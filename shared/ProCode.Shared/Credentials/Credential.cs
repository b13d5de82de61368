namespace ProCode.Credentials;

/// <summary>What everyone may know about a credential. <paramref name="Username"/> and <paramref name="Server"/> are set when its kind has them.</summary>
public sealed record Credential(
    long Id, long ProjectId, string Name, CredentialKind Kind, string? Username, string? Server, DateTimeOffset CreatedAt)
{
    /// <summary>When its secret was exchanged last; null when it never was.</summary>
    public DateTimeOffset? RotatedAt { get; init; }
}
