using System.Globalization;
using ProCode.Credentials;

namespace ProCode.Functions.Credentials;

/// <summary>A credential as clients see it; there is no field that could hold a secret.</summary>
internal sealed record CredentialResponse(
    string Id, long ProjectId, string Name, CredentialKind Kind, string? Username, string? Server, DateTimeOffset CreatedAt,
    DateTimeOffset? RotatedAt)
{
    public static CredentialResponse From(Credential credential) => new(
        credential.Id.ToString(CultureInfo.InvariantCulture), credential.ProjectId, credential.Name, credential.Kind, credential.Username, credential.Server,
        credential.CreatedAt, credential.RotatedAt);
}
