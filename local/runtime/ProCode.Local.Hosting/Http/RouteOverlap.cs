using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ProCode.Local.Hosting.Http;

/// <summary>Tells whether some URL path matches two route templates at once. When it can't be sure, it says yes.</summary>
internal sealed class RouteOverlap(ParameterPolicyFactory policies)
{
    private static readonly string[] Numbers = ["int", "long", "decimal"];
    private static readonly string[] Words = ["alpha", "bool"];

    public bool Exists(RoutePattern a, RoutePattern b) => Meet(a, 0, b, 0);

    /// <summary>The constraints of a parameter; throws <see cref="InvalidOperationException"/> for one that doesn't exist.</summary>
    public IEnumerable<IRouteConstraint> Constraints(RoutePatternParameterPart parameter) =>
        parameter.ParameterPolicies.Select(policy => policies.Create(parameter, policy)).OfType<IRouteConstraint>();

    private bool Meet(RoutePattern a, int i, RoutePattern b, int j)
    {
        if (CanEnd(a, i) && CanEnd(b, j)) return true;
        if (CatchAll(a, i) is { } rest) return Accepts(rest, LiteralRest(b, j));
        if (CatchAll(b, j) is { } otherRest) return Accepts(otherRest, LiteralRest(a, i));
        return i < a.PathSegments.Count && j < b.PathSegments.Count
            && SegmentsMeet(a.PathSegments[i], b.PathSegments[j])
            && Meet(a, i + 1, b, j + 1);
    }

    private static bool CanEnd(RoutePattern pattern, int from) => pattern.PathSegments.Skip(from).All(segment =>
        segment is { IsSimple: true, Parts: [RoutePatternParameterPart part] } && (part.IsOptional || part.IsCatchAll || part.Default is not null));

    private static RoutePatternParameterPart? CatchAll(RoutePattern pattern, int at) =>
        at < pattern.PathSegments.Count && pattern.PathSegments[at].Parts is [RoutePatternParameterPart { IsCatchAll: true } part] ? part : null;

    private static string? LiteralRest(RoutePattern pattern, int from)
    {
        var segments = pattern.PathSegments.Skip(from).Select(Literal).ToList();
        return segments.Contains(null) ? null : string.Join('/', segments);
    }

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment is { IsSimple: true, Parts: [RoutePatternLiteralPart literal] } ? literal.Content : null;

    private bool SegmentsMeet(RoutePatternPathSegment a, RoutePatternPathSegment b) => (Literal(a), Literal(b)) switch
    {
        ({ } left, { } right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase),
        ({ } text, null) => Accepts(b, text),
        (null, { } text) => Accepts(a, text),
        _ => a.Parts is not [RoutePatternParameterPart left] || b.Parts is not [RoutePatternParameterPart right] || !Disjoint(left, right),
    };

    private bool Accepts(RoutePatternPathSegment segment, string text)
    {
        if (segment.Parts is [RoutePatternParameterPart parameter]) return Accepts(parameter, text);
        var expression = string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => Regex.Escape(literal.Content),
            RoutePatternSeparatorPart separator => Regex.Escape(separator.Content),
            _ => ".+",
        }));
        return Regex.IsMatch(text, $"^{expression}$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);
    }

    private bool Accepts(RoutePatternParameterPart parameter, string? text)
    {
        if (text is null) return true;
        var values = new RouteValueDictionary { [parameter.Name] = text };
        return Constraints(parameter).All(constraint =>
            constraint.Match(httpContext: null, route: null, parameter.Name, values, RouteDirection.IncomingRequest));
    }

    private static bool Disjoint(RoutePatternParameterPart a, RoutePatternParameterPart b)
    {
        return (Has(a, Numbers) && Has(b, Words)) || (Has(a, Words) && Has(b, Numbers));

        static bool Has(RoutePatternParameterPart part, string[] names) =>
            part.ParameterPolicies.Any(policy => names.Contains(policy.Content, StringComparer.OrdinalIgnoreCase));
    }
}
