using ProCode.Apps;
using ProCode.Results;

namespace ProCode.Iterations;

/// <summary>The tag of a release; how it looks is the app's to say (<see cref="TagPattern"/>), <c>v{major}.{minor}.{patch}</c> by default.</summary>
public static class ReleaseTag
{
    /// <summary>Tags have at most this many characters.</summary>
    public const int MaxLength = 100;

    /// <summary>The tag, or what is wrong with it.</summary>
    public static Result<string> Parse(string? tag, string pattern) =>
        tag is { Length: <= MaxLength } && TagPattern.Matches(pattern, tag)
            ? tag
            : GeneralErrors.Invalid.With("The tag is not a release version.", "tag", $"must look like {TagPattern.Example(pattern)} ({pattern})");
}
