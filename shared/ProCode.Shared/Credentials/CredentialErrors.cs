using ProCode.Results;

namespace ProCode.Credentials;

/// <summary>What can go wrong with credentials.</summary>
public static class CredentialErrors
{
    public static readonly ErrorCode NameTaken = new(1006, "CREDENTIAL_NAME_TAKEN", ErrorKind.Conflict);
    public static readonly ErrorCode NotFound = new(1007, "CREDENTIAL_NOT_FOUND", ErrorKind.NotFound);
    public static readonly ErrorCode InUse = new(1011, "CREDENTIAL_IN_USE", ErrorKind.Conflict);

    /// <summary>No credential of the project has this id.</summary>
    public static Error Missing(long id) => NotFound.With($"No credential has the id {id}.");
}
