using System.Reflection;
using Microsoft.Azure.Functions.Worker.Core;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>The functions and extensions of an app: those of its own assembly and of all that it depends on.</summary>
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
        var assemblies = AppAssemblies.Of(app);
        return new FunctionCatalog(app.GetName().Name!, assemblies, FunctionsIn(assemblies.SelectMany(assembly => assembly.GetTypes())));
    }

    /// <summary>Only the functions of these types: an app inside a test.</summary>
    public static FunctionCatalog Of(Assembly app, IEnumerable<Type> types) =>
        new(app.GetName().Name!, AppAssemblies.Of(app), FunctionsIn(types));

    private static MethodInfo[] FunctionsIn(IEnumerable<Type> types) =>
        [.. types.SelectMany(type => type.GetMethods(Methods)).Where(method => method.IsDefined(typeof(FunctionAttribute)))];
}
