using ProCode.Results;

namespace ProCode.Credentials;

/// <summary>What can go wrong with credentials.</summary>
public static class CredentialErrors
{
    public static readonly ErrorCode NameTaken = new(1006, "CREDENTIAL_NAME_TAKEN", ErrorKind.Conflict);
    public static readonly ErrorCode NotFound = new(1007, "CREDENTIAL_NOT_FOUND", ErrorKind.NotFound);
}
