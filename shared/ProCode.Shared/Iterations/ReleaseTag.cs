using System.Text.RegularExpressions;
using ProCode.Results;

namespace ProCode.Iterations;

/// <summary>The tag of a release: <c>v{major}.{minor}.{patch}</c>.</summary>
public static partial class ReleaseTag
{
    /// <summary>The tag, or what is wrong with it.</summary>
    public static Result<string> Parse(string? tag) =>
        tag is not null && Pattern().IsMatch(tag)
            ? tag
            : GeneralErrors.Invalid.With("The tag is not a release version.", "tag", "must look like v1.2.3");

    [GeneratedRegex(@"\Av(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
