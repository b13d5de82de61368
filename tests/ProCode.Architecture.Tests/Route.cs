namespace ProCode.Architecture.Tests;

/// <summary>A function's HTTP route: the real host gives a request to one of several overlapping routes by function name, so none may overlap.</summary>
internal sealed record Route(string Function, string Template, IReadOnlyList<string> Methods)
{
    private string[] Segments => Template.Trim('/').Split('/');

    public bool Overlaps(Route other)
    {
        if (!Methods.Intersect(other.Methods, StringComparer.OrdinalIgnoreCase).Any())
        {
            return false;
        }

        var (mine, theirs) = (Segments, other.Segments);
        for (var i = 0; ; i++)
        {
            if (IsCatchAll(mine, i) || IsCatchAll(theirs, i))
            {
                return true;
            }

            if (i == mine.Length || i == theirs.Length)
            {
                return mine.Length == theirs.Length;
            }

            if (!Meet(mine[i], theirs[i]))
            {
                return false;
            }
        }
    }

    public override string ToString() => $"{string.Join(',', Methods)} {Template} ({Function})";

    private static bool IsCatchAll(string[] segments, int index) => index < segments.Length && segments[index].StartsWith("{*", StringComparison.Ordinal);

    private static bool Meet(string a, string b)
    {
        var (kindOfA, kindOfB) = (KindOf(a), KindOf(b));
        return (kindOfA, kindOfB) switch
        {
            ("literal", "literal") => string.Equals(a, b, StringComparison.OrdinalIgnoreCase),
            ("literal", _) => Accepts(kindOfB, a),
            (_, "literal") => Accepts(kindOfA, b),
            ("number", "guid") or ("guid", "number") => false,
            _ => true,
        };
    }

    private static string KindOf(string segment) =>
        !segment.Contains('{', StringComparison.Ordinal) ? "literal"
        : segment.Contains(":long", StringComparison.Ordinal) || segment.Contains(":int", StringComparison.Ordinal) ? "number"
        : segment.Contains(":guid", StringComparison.Ordinal) ? "guid"
        : "any";

    private static bool Accepts(string kind, string literal) => kind switch
    {
        "number" => long.TryParse(literal, out _),
        "guid" => Guid.TryParse(literal, out _),
        _ => true,
    };
}
