using System.Text.RegularExpressions;

namespace ProCode.Repos;

/// <summary>What may be said about a failed call: where it went, and what must not be repeated.</summary>
internal sealed class GitFailureContext(Uri url, GitCredential? credential)
{
    /// <summary>The repository as people know it, without user info and query.</summary>
    public string Where { get; } = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>The host's own words, short, on one line, with nothing secret in them.</summary>
    public string Clean(string reason)
    {
        if (!string.IsNullOrEmpty(credential?.Password))
            reason = reason.Replace(credential.Password, "…", StringComparison.Ordinal);
        reason = Regex.Replace(reason, @"//[^/@\s]+@", "//").ReplaceLineEndings(" ").Trim();
        return reason.Length <= 200 ? reason : reason[..200] + "…";
    }
}
