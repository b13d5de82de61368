using System.Text.Json.Nodes;

namespace ProCode.Local.Hosting.Admin;

/// <summary>A function as <c>/admin/functions</c> lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="EntryPoint">The method as <c>Namespace.Class.Method</c>.</param>
/// <param name="Assembly">File name of the assembly.</param>
/// <param name="IsDisabled">Whether a setting switches it off.</param>
/// <param name="Bindings">Its bindings as function.json would have them.</param>
internal sealed record ListedFunction(string Name, string EntryPoint, string Assembly, bool IsDisabled, IReadOnlyList<JsonObject> Bindings)
{
    /// <summary>In the Functions host's own form. What the local host has nothing for is null: files, and everything below /admin/vfs.</summary>
    public JsonObject ToJson(string baseUrl, string routePrefix) => new()
    {
        ["name"] = Name,
        ["script_root_path_href"] = null,
        ["script_href"] = null,
        ["config_href"] = null,
        ["test_data_href"] = null,
        ["href"] = $"{baseUrl}/admin/functions/{Name}",
        ["invoke_url_template"] = InvokeUrl(baseUrl, routePrefix),
        ["language"] = "dotnet-isolated",
        ["config"] = new JsonObject
        {
            ["name"] = Name,
            ["entryPoint"] = EntryPoint,
            ["scriptFile"] = Assembly,
            ["language"] = "dotnet-isolated",
            ["functionDirectory"] = "",
            ["bindings"] = new JsonArray([.. Bindings.Select(JsonNode? (binding) => binding.DeepClone())]),
        },
        ["files"] = null,
        ["test_data"] = null,
        ["isDisabled"] = IsDisabled,
        ["isDirect"] = true,
        ["isProxy"] = false,
    };

    private string? InvokeUrl(string baseUrl, string routePrefix)
    {
        if (Bindings.FirstOrDefault(binding => (string?)binding["type"] == "httpTrigger") is not { } trigger) return null;
        var route = ((string?)trigger["route"] is { Length: > 0 } given ? given : Name).TrimStart('/');
        return routePrefix.Length == 0 ? $"{baseUrl}/{route}" : $"{baseUrl}/{routePrefix}/{route}";
    }
}

/// <summary>All functions that were loaded, whatever starts them, in the order of their names.</summary>
internal sealed class ListedFunctions
{
    private readonly SortedDictionary<string, ListedFunction> _all = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ListedFunction> All => _all.Values;

    public void Add(ListedFunction function) => _all[function.Name] = function;

    public ListedFunction? Find(string name) => _all.GetValueOrDefault(name);
}
