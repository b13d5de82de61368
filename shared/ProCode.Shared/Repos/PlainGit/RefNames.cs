using System.Text;
using LibGit2Sharp;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Which names git takes for branches and tags.</summary>
internal static class RefNames
{
    /// <summary>Why a branch can't be called so, or null.</summary>
    public static Error? BranchRefusal(string branch) =>
        IsValid(branch, GitConversation.Branches) && branch != "HEAD" // git itself makes no branch of this name
            ? null
            : GeneralErrors.Invalid.With($"'{branch}' can't be the name of a branch.", "branch", "not a valid git branch name");

    /// <summary>Why a tag can't be called so, or null.</summary>
    public static Error? TagRefusal(string tag) =>
        IsValid(tag, GitConversation.Tags) ? null : GeneralErrors.Invalid.With($"'{tag}' can't be the name of a tag.", "tag", "not a valid git tag name");

    // What is no Unicode can't become UTF-8: it would be another name on the server.
    private static bool IsValid(string name, string prefix) =>
        name.Length > 0 && name[0] != '-' && !name.EnumerateRunes().Contains(Rune.ReplacementChar) && Reference.IsValidName(prefix + name);
}
