using System.Text.RegularExpressions;

namespace ProCode.Deployments;

/// <summary>How environments are called: 1 to 40 lower-case letters, digits and hyphens, with no hyphen at either end, so that every target can
/// use the name as a part of its own names.</summary>
public static partial class EnvironmentName
{
    /// <summary>What a name must look like, for people.</summary>
    public const string Rule = "must be 1 to 40 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

    /// <summary>True when an environment can have this name.</summary>
    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
