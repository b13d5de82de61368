using System.Reflection;
using System.Text.Json;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>
/// The assemblies of an app that can hold functions or extensions: its own, and those it depends on that know the function attributes.
/// They come from the app's deps.json, because the compiler leaves out references to libraries whose functions are named only in text.
/// </summary>
internal static class AppAssemblies
{
    private static readonly string Marker = typeof(FunctionAttribute).Assembly.GetName().Name!;

    /// <summary>Throws <see cref="FileNotFoundException"/> when the app was built without its deps.json.</summary>
    public static IReadOnlyList<Assembly> Of(Assembly app)
    {
        var name = app.GetName().Name!;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{name}.deps.json")));
        var target = document.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        var libraries = document.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject()
            .ToDictionary(library => library.Name.Split('/')[0], library => library.Value, StringComparer.OrdinalIgnoreCase);

        var knows = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        Visit(name, libraries, knows);
        return [app, .. knows.Where(library => library.Value && library.Key != name).SelectMany(library => Load(libraries[library.Key]))];
    }

    private static bool Visit(string name, Dictionary<string, JsonElement> libraries, Dictionary<string, bool> knows)
    {
        if (knows.TryGetValue(name, out var known)) return known;
        knows[name] = false;
        if (!libraries.TryGetValue(name, out var library)) return false;

        var knowsMarker = name == Marker;
        if (library.TryGetProperty("dependencies", out var dependencies))
        {
            foreach (var dependency in dependencies.EnumerateObject()) knowsMarker |= Visit(dependency.Name, libraries, knows);
        }
        return knows[name] = knowsMarker;
    }

    private static IEnumerable<Assembly> Load(JsonElement library) => library.TryGetProperty("runtime", out var files)
        ? files.EnumerateObject().Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file.Name)))
        : [];
}
