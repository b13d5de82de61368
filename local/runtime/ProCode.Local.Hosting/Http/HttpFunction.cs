using Microsoft.AspNetCore.Http;

namespace ProCode.Local.Hosting.Http;

/// <summary>
/// A function that answers HTTP requests. Its route is an ASP.NET template without the host's prefix; without a route its name is the
/// route; without methods it answers all.
/// </summary>
internal sealed record HttpFunction(string Name, string? Route, IReadOnlyList<string> Methods, RequestDelegate Handler)
{
    public string Template => string.IsNullOrEmpty(Route) ? Name : Route;

    public override string ToString() => $"{Name} ({(Methods.Count == 0 ? "any method" : string.Join(", ", Methods))} {Template})";
}

/// <summary>The HTTP functions that were loaded.</summary>
internal sealed class HttpFunctions
{
    public List<HttpFunction> All { get; } = [];
}
