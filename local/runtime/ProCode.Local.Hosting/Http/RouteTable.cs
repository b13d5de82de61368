using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ProCode.Local.Hosting.Http;

/// <summary>
/// The routes of all HTTP functions. Where the Functions host would choose between overlapping routes by function name, or not
/// load a function at all, the local host refuses to start and says why.
/// </summary>
internal sealed class RouteTable
{
    private RouteTable(IReadOnlyList<(HttpFunction, RoutePattern)> routes, IReadOnlyList<string> problems)
    {
        Routes = routes;
        Problems = problems;
    }

    public IReadOnlyList<(HttpFunction Function, RoutePattern Pattern)> Routes { get; }

    public IReadOnlyList<string> Problems { get; }

    public static RouteTable Create(IEnumerable<HttpFunction> functions, string prefix, ParameterPolicyFactory policies)
    {
        var overlap = new RouteOverlap(policies);
        var routes = new List<(HttpFunction Function, RoutePattern Pattern)>();
        var problems = new List<string>();
        foreach (var function in functions.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase))
        {
            if (Parse(function, prefix, overlap, out var pattern) is { } problem)
            {
                problems.Add(problem);
                continue;
            }
            problems.AddRange(routes
                .Where(other => ShareMethod(other.Function, function) && overlap.Exists(other.Pattern, pattern))
                .Where(other => !IsRootCatchAll(function) || IsRootCatchAll(other.Function))
                .Select(other => $"{other.Function} and {function} answer the same URLs, and the Functions host would choose by function name: "
                    + "make them differ, for instance by a constraint such as {id:long}."));
            routes.Add((function, pattern));
        }
        return new RouteTable(routes, problems);
    }

    private static string? Parse(HttpFunction function, string prefix, RouteOverlap overlap, out RoutePattern pattern)
    {
        pattern = RoutePatternFactory.Pattern([]);
        if (function.Template.Trim('/').Length == 0) return $"{function}: a route of '/' breaks every function of an app on the Functions host.";
        // The host looks at the text, so that a route such as 'administrators' is refused too.
        var route = function.Template.TrimStart('/');
        if (route.StartsWith("admin", StringComparison.OrdinalIgnoreCase) || route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase))
            return $"{function}: routes that start with 'admin' or 'runtime' belong to the Functions host.";
        try
        {
            pattern = RoutePatternFactory.Parse(prefix.Length == 0 ? route : $"{prefix}/{route}");
            foreach (var parameter in pattern.Parameters) _ = overlap.Constraints(parameter).ToList();
            return null;
        }
        catch (Exception e) when (e is RoutePatternException or InvalidOperationException)
        {
            return $"{function}: {e.Message}";
        }
    }

    // Routes are looked at in function name order, so that a root catch-all that comes here last takes only what the others leave.
    private static bool IsRootCatchAll(HttpFunction function) => function.Template.TrimStart('/').StartsWith("{*", StringComparison.Ordinal);

    private static bool ShareMethod(HttpFunction a, HttpFunction b) =>
        a.Methods.Count == 0 || b.Methods.Count == 0 || a.Methods.Intersect(b.Methods, StringComparer.OrdinalIgnoreCase).Any();
}
