using System.Globalization;
using System.Text.RegularExpressions;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Turns the library's messages into errors. They are all there is: it has one exception type for every failure of the
/// network and the server (libgit2's http transport on Linux, WinHTTP on Windows).</summary>
internal static partial class GitFailure
{
    public static Error Explain(string message, GitFailureContext context)
    {
        var reason = context.Clean(message);
        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

        if (StatusCode().Match(message) is { Success: true } match)
        {
            var status = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return status switch
            {
                401 or 403 => GitErrors.AccessDenied.With($"The git host refuses access to {context.Where} (HTTP {status})."),
                408 or 429 or >= 500 => GitErrors.Unavailable($"The git host is not available: HTTP {status} for {context.Where}."),
                _ => GitErrors.RepositoryUnreachable.With($"There is no git repository at {context.Where} (HTTP {status})."),
            };
        }

        if (Says("authentication"))
            return GitErrors.AccessDenied.With($"The git host does not accept the credential for {context.Where} ({reason}).");

        // A git server says no, something that is no git server answers, or it can't be trusted: trying again won't help.
        if (Says("content-type") || Says("remote error") || Says("redirect") || Says("certificate") || Says("URL") || Says("packet"))
            return GitErrors.RepositoryUnreachable.With($"{context.Where} does not answer as a git repository ({reason}).");
        if (Says("failed to connect") || Says("could not connect") || Says("connection refused") || Says("resolve"))
            return GitErrors.Unreachable($"Nobody answers at {context.Where} ({reason}).");
        return GitErrors.Unavailable($"The git host can't be reached for {context.Where} ({reason}).");
    }

    /// <summary>The server took the push but not the ref.</summary>
    public static Error PushRefused(string reason, GitFailureContext context)
    {
        // Two pushes at the same moment: the loser is told so before the winner's branch or tag can be seen.
        var race = Race().IsMatch(reason);
        var words = $"The git host did not take what was pushed ({context.Clean(reason)}).";
        return race ? GitErrors.Unavailable(words) : GitErrors.AccessDenied.With(words);
    }

    [GeneratedRegex(@"status code:? (\d{3})")]
    private static partial Regex StatusCode();

    [GeneratedRegex("lock|already exists|failed to update|fast-?forward", RegexOptions.IgnoreCase)]
    private static partial Regex Race();
}
