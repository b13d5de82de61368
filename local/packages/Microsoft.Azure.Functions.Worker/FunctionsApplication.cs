using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker.Local;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a functions app begins.</summary>
[SuppressMessage("Design", "CA1052", Justification = "The package's type can be instantiated")]
public class FunctionsApplication
{
    /// <summary>A builder for the app that calls this: its functions are those of the caller's assembly and of all that it depends on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        new(args, FunctionCatalog.Of(Assembly.GetCallingAssembly()));
}
