using System.Reflection;
using Microsoft.Azure.Functions.Worker.Core;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>The functions and extensions of an app: those of its own assembly and of all that it refers to.</summary>
internal sealed class FunctionCatalog
{
    private const BindingFlags Methods =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionCatalog(string appName, IReadOnlyList<Assembly> assemblies, IReadOnlyList<MethodInfo> functions)
    {
        AppName = appName;
        FunctionMethods = functions;
        Extensions = [.. assemblies.SelectMany(assembly => assembly.GetCustomAttributes<WorkerExtensionStartupAttribute>())
            .Select(attribute => attribute.StartupType)];
    }

    public string AppName { get; }

    public IReadOnlyList<MethodInfo> FunctionMethods { get; }

    public IReadOnlyList<Type> Extensions { get; }

    public static FunctionCatalog Of(Assembly app)
    {
        var assemblies = WithReferences(app);
        var marker = typeof(FunctionAttribute).Assembly.GetName().Name;
        var functions = assemblies
            .Where(assembly => assembly.GetReferencedAssemblies().Any(reference => reference.Name == marker))
            .SelectMany(assembly => assembly.GetTypes());
        return new FunctionCatalog(app.GetName().Name!, assemblies, FunctionsIn(functions));
    }

    /// <summary>Only the functions of these types: an app inside a test.</summary>
    public static FunctionCatalog Of(Assembly app, IEnumerable<Type> types) =>
        new(app.GetName().Name!, WithReferences(app), FunctionsIn(types));

    private static MethodInfo[] FunctionsIn(IEnumerable<Type> types) =>
        [.. types.SelectMany(type => type.GetMethods(Methods)).Where(method => method.IsDefined(typeof(FunctionAttribute)))];

    private static List<Assembly> WithReferences(Assembly app)
    {
        var found = new List<Assembly> { app };
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { app.GetName().Name! };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var reference in found[i].GetReferencedAssemblies())
            {
                // What isn't beside the app belongs to the platform.
                if (!seen.Add(reference.Name!) || !File.Exists(Path.Combine(AppContext.BaseDirectory, reference.Name + ".dll"))) continue;
                found.Add(Assembly.Load(reference));
            }
        }
        return found;
    }
}
