using Microsoft.Azure.Functions.Worker.Local;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class FunctionCatalogTests
{
    [Fact]
    public void Of_Assembly_HasItsFunctionsAndTheExtensionsItDependsOn()
    {
        var catalog = FunctionCatalog.Of(typeof(FunctionCatalogTests).Assembly);

        Assert.Contains(typeof(DurableFunctionTests.Greet).GetMethod("Run"), catalog.FunctionMethods);
        Assert.Equal(["DurableTaskExtensionStartup", "TimerExtensionStartup"], catalog.Extensions.Select(extension => extension.Name).Order());
    }

    [Fact]
    public void Of_Types_HasTheirFunctionsOnly()
    {
        var catalog = FunctionCatalog.Of(typeof(FunctionCatalogTests).Assembly, [typeof(DurableFunctionTests.Greet)]);

        Assert.Equal([typeof(DurableFunctionTests.Greet).GetMethod("Run")!], catalog.FunctionMethods);
    }
}
