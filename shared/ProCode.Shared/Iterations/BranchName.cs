using System.Text.RegularExpressions;

namespace ProCode.Iterations;

/// <summary>What git allows as the name of a branch (git-check-ref-format).</summary>
public static partial class BranchName
{
    /// <summary>True when a branch can have this name.</summary>
    public static bool IsValid(string name) => !Refused().IsMatch(name);

    [GeneratedRegex(@"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|/$|\.$|\.lock(/|$)|^@$|^HEAD$", RegexOptions.CultureInvariant)]
    private static partial Regex Refused();
}
