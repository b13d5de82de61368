using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using ProCode.Local.Hosting.Admin;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Tells of a function what function.json would say of it.</summary>
internal static class FunctionListing
{
    public static ListedFunction Of(FunctionMethod function, bool isDisabled) => new(
        function.Name, function.EntryPoint, Path.GetFileName(function.PathToAssembly), isDisabled,
        [
            .. function.Method.GetParameters()
                .Select(parameter => (parameter, binding: parameter.GetCustomAttribute<BindingAttribute>()))
                .Where(bound => bound.binding is not null)
                .Select(bound => Describe(function.InputBindings[bound.parameter.Name!], bound.binding!)),
            .. function.OutputBindings.Values.Select(output => Head(output)),
        ]);

    private static JsonObject Describe(BindingMetadata metadata, BindingAttribute binding)
    {
        var json = Head(metadata);
        foreach (var property in binding.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.GetValue(binding) is { } value)
                json[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = value is Enum ? value.ToString() : JsonSerializer.SerializeToNode(value);
        }
        return json;
    }

    private static JsonObject Head(BindingMetadata metadata) =>
        new() { ["name"] = metadata.Name, ["type"] = metadata.Type, ["direction"] = metadata.Direction.ToString() };
}
