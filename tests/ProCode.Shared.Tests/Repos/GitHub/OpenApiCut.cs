using System.Text.Json.Nodes;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>Cuts an OpenAPI description down to some paths and what they refer to (the whole of GitHub's takes the mock server long to read),
/// and closes the bodies of their requests: a field that isn't described is refused, a misspelt one therefore too.</summary>
internal static class OpenApiCut
{
    private const string Reference = "$ref";
    private const string Components = "#/components/";

    /// <summary>The description of these paths alone; one that isn't in it is an error of the test.</summary>
    public static JsonObject Of(JsonObject description, IEnumerable<string> paths)
    {
        var kept = new JsonObject();
        foreach (var path in paths) kept[path] = description["paths"]![path]?.DeepClone() ?? throw new InvalidOperationException($"{path} is not described.");
        foreach (var operation in kept.SelectMany(path => path.Value!.AsObject()).Select(member => member.Value).OfType<JsonObject>())
        {
            if (operation["requestBody"]?["content"]?["application/json"] is { } body) body["schema"] = Closed(description, body["schema"]!);
        }

        var components = new JsonObject();
        var todo = new Stack<string>(References(kept));
        while (todo.TryPop(out var reference))
        {
            var (kind, name) = reference[Components.Length..].Split('/') is [var first, var second] ? (first, second) : throw new InvalidOperationException(reference);
            if (components[kind] is null) components[kind] = new JsonObject();
            if (components[kind]![name] is not null) continue;
            var component = description["components"]![kind]![name]!.DeepClone();
            components[kind]![name] = component;
            foreach (var next in References(component)) todo.Push(next);
        }

        return new JsonObject
        {
            ["openapi"] = description["openapi"]!.DeepClone(),
            ["info"] = description["info"]!.DeepClone(),
            ["paths"] = kept,
            ["components"] = components,
        };
    }

    private static JsonNode Closed(JsonObject description, JsonNode schema)
    {
        var closed = schema[Reference]?.GetValue<string>() is { } reference
            ? reference[2..].Split('/').Aggregate((JsonNode)description, (node, name) => node[name]!).DeepClone()
            : schema.DeepClone();
        if (closed["properties"] is not JsonObject properties) return closed;
        closed["additionalProperties"] = false;
        foreach (var (name, property) in properties.ToList()) properties[name] = Closed(description, property!);
        return closed;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map when map[Reference] is JsonValue reference => [reference.GetValue<string>()],
        JsonObject map => map.SelectMany(member => References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
