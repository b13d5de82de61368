using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProCode.Tests.Repos.Documented;

/// <summary>One request as a host's documentation describes it, read from a fixture file.</summary>
internal sealed class DocumentedEndpoint
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Regex _path;
    private readonly ILookup<string, DocumentedParameter> _parameters;

    private DocumentedEndpoint(string name, DocumentedFixture fixture)
    {
        (Name, Fixture) = (name, fixture);
        _path = new Regex("^" + Regex.Replace(Regex.Escape(fixture.Path), @"\\\{(\w+)}", "(?<$1>[^/]+?)") + "$", RegexOptions.CultureInvariant);
        _parameters = fixture.Parameters.ToLookup(parameter => parameter.In);
    }

    /// <summary>The file's name, without its ending.</summary>
    public string Name { get; }

    public DocumentedFixture Fixture { get; }

    public static DocumentedEndpoint Parse(string name, string json) => new(name, JsonSerializer.Deserialize<DocumentedFixture>(json, Json)!);

    /// <summary>The parts of a path as it is on the wire, unescaped; null when this endpoint has another path.</summary>
    public Dictionary<string, string>? Match(string method, string rawPath) =>
        method == Fixture.Method && _path.Match(rawPath) is { Success: true } match
            ? match.Groups.Values.Skip(1).ToDictionary(group => group.Name, group => Uri.UnescapeDataString(group.Value))
            : null;

    /// <summary>What the documentation doesn't know about a request.</summary>
    public IEnumerable<string> Violations(IReadOnlyDictionary<string, string> path, IReadOnlyDictionary<string, string> query, JsonObject? body)
    {
        foreach (var parameter in _parameters["path"])
        {
            if (!parameter.Takes(path[parameter.Name])) yield return $"path parameter {parameter.Name} is no {parameter.Type}";
        }

        foreach (var (name, value) in query)
        {
            if (_parameters["query"].FirstOrDefault(known => known.Name == name) is not { } parameter) yield return $"unknown query parameter {name}";
            else if (!parameter.Takes(value)) yield return $"query parameter {name} is no {parameter.Type}";
        }

        foreach (var missing in _parameters["query"].Where(known => known.Required && !query.ContainsKey(known.Name))) yield return $"missing query parameter {missing.Name}";
        if (body is not null && !_parameters["body"].Any()) yield return "a body";
        foreach (var (name, value) in body ?? [])
        {
            if (_parameters["body"].FirstOrDefault(known => known.Name == name) is not { } parameter) yield return $"unknown body field {name}";
            else if (!parameter.Takes(value)) yield return $"body field {name} is no {parameter.Type}";
        }

        foreach (var missing in _parameters["body"].Where(known => known.Required && body?.ContainsKey(known.Name) != true)) yield return $"missing body field {missing.Name}";
    }

    /// <summary>An answer of the documented shape: the example with other values in it. A value that the example doesn't show is a mistake.</summary>
    public JsonNode Shape(params (string Path, JsonNode? Value)[] values)
    {
        var shape = Fixture.Answer.Body switch
        {
            JsonArray list => list[0]!.DeepClone(),
            { } one => one.DeepClone(),
            null => throw new InvalidOperationException($"{Name} is not documented to answer JSON."),
        };
        foreach (var (path, value) in values)
        {
            var parts = path.Split('.');
            var owner = parts.SkipLast(1).Aggregate(shape, (node, part) => node[part]!).AsObject();
            if (!owner.ContainsKey(parts[^1])) throw new InvalidOperationException($"{Name} is not documented to answer {path}.");
            owner[parts[^1]] = value;
        }

        return shape;
    }
}

/// <summary>A fixture file.</summary>
internal sealed record DocumentedFixture(
    DocumentedPage Documentation, string Method, string Path, IReadOnlyList<DocumentedParameter> Parameters, DocumentedAnswer Answer);

/// <summary>The page that a fixture was made from.</summary>
internal sealed record DocumentedPage(string Title, Uri Url);

/// <summary>The answer that the page shows: its status, and an example of its body.</summary>
internal sealed record DocumentedAnswer(int Status, JsonNode? Body);

/// <summary>A parameter that the page lists.</summary>
internal sealed record DocumentedParameter(string Name, string In, string Type, bool Required, IReadOnlyList<string>? Values = null)
{
    public bool Takes(string text) => (Values is null || Values.Contains(text)) && Type switch
    {
        "integer" => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "boolean" => text is "true" or "false",
        "string" or "array" => true,
        _ => throw new InvalidOperationException($"Unknown type {Type}"),
    };

    public bool Takes(JsonNode? node) => Type switch
    {
        "integer" => node?.GetValueKind() == JsonValueKind.Number,
        "boolean" => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "string" => node?.GetValueKind() == JsonValueKind.String && Takes(node.GetValue<string>()),
        "array" => node?.GetValueKind() == JsonValueKind.Array,
        _ => throw new InvalidOperationException($"Unknown type {Type}"),
    };
}
