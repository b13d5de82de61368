using System.Globalization;
using ProCode.Results;

namespace ProCode.Functions.Repos;

/// <summary>Ids of credentials in requests: numbers that are written as texts (seed 001).</summary>
internal static class CredentialIds
{
    /// <summary>The id, or null when it is missing and may be.</summary>
    public static long? CredentialId(this Check check, string? text, bool required = false)
    {
        if (text is null)
        {
            check.That(!required, "credentialId", "is required");
            return null;
        }

        var valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0;
        check.That(valid, "credentialId", "must be the id of a credential");
        return id;
    }
}
