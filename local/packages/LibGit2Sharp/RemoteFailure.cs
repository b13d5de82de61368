using System.Text.RegularExpressions;

namespace LibGit2Sharp;

/// <summary>Turns git's complaints into what libgit2 says in the same case (its http transport on Linux).</summary>
internal static partial class RemoteFailure
{
    internal const string NoSuchReference = "couldn't find remote ref";

    internal static LibGit2SharpException NobodyToAsk() => new("remote authentication required but no callback set");

    internal static bool IsRefusal(string errors) => errors.Contains("Authentication failed", StringComparison.Ordinal);

    internal static LibGit2SharpException From(string errors, string url)
    {
        bool Says(string words) => errors.Contains(words, StringComparison.OrdinalIgnoreCase);

        if (Says("could not read Username") || Says("could not read Password") || IsRefusal(errors))
            return NobodyToAsk();
        if (Says(NoSuchReference))
            return new(NoSuchReference);
        if (StatusCode().Match(errors) is { Success: true } status)
            return new("unexpected http status code: " + status.Groups[1].Value);
        if (Says("repository '") && Says("' not found"))
            return new("unexpected http status code: 404");
        if (UnknownHost().Match(errors) is { Success: true } unknown)
            return new($"failed to resolve address for {unknown.Groups[1].Value}: Name or service not known");
        if (Says("Failed to connect") || Says("Couldn't connect"))
            return new("failed to connect to " + (Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : "host"));
        if (Says("timed out") || Says("Timeout was reached") || Says("too slow"))
            return new("could not read from socket: timed out");
        if (Says("is this a git repository") || Says("not valid: "))
            return new("invalid content-type");
        if (Says("SSL") || Says("certificate"))
            return new("the SSL certificate is invalid");
        if (Says("' not allowed") || Says("unable to find remote helper"))
            return new("unsupported URL protocol");
        return new(LastFatal().Match(errors) is { Success: true } fatal ? fatal.Groups[1].Value : errors.Trim());
    }

    [GeneratedRegex(@"(?:returned error: |HTTP )(\d{3})")]
    private static partial Regex StatusCode();

    [GeneratedRegex(@"Could not resolve host: ([^\s']+)")]
    private static partial Regex UnknownHost();

    [GeneratedRegex(@"fatal: ([^\n]+)")]
    private static partial Regex LastFatal();
}
