using System.Text.RegularExpressions;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>What a registry asks for when it refuses a request: <c>WWW-Authenticate: Bearer realm="…",service="…",scope="…"</c>.</summary>
internal sealed partial record Challenge(string Service, string Scope)
{
    private const string Scheme = "Bearer ";

    /// <summary>Null when it asks for something else, such as a password.</summary>
    public static Challenge? Of(Response response)
    {
        if (!response.Headers.TryGetValue("WWW-Authenticate", out var header)
            || header.IndexOf(Scheme, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var start))
            return null;
        var parameters = Parameter().Matches(header[(start + Scheme.Length)..])
            .ToLookup(found => found.Groups[1].Value, found => found.Groups[2].Value, StringComparer.OrdinalIgnoreCase);
        return parameters["service"].FirstOrDefault() is { } service && parameters["scope"].FirstOrDefault() is { } scope ? new(service, scope) : null;
    }

    [GeneratedRegex("""(\w+)="([^"]*)"(?:,|\s|$)""")]
    private static partial Regex Parameter();
}
