using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Sdk.Tests;

/// <summary>The Java SDK's own unit tests: what is Java's and not the contract's. They are a program that ends with 1 when one fails.</summary>
public sealed class JavaSdkTests
{
    [Fact]
    public async Task UnitTests_OfTheJavaSdk_Pass()
    {
        Assert.SkipWhen(Jdk.Missing is not null, Jdk.Missing ?? "");
        await JavaClasses.CompileAsync("unit", "sdk/java/src", "sdk/java/tests");
        var output = await Tool.RequireAsync(
            [Jdk.Program("java"), "-cp", JavaClasses.FolderOf("unit"), "dev.procode.agent.AllTests"], TestContext.Current.CancellationToken, workingDirectory: Checkout.PathOf("sdk/java"));
        Assert.Matches("[1-9][0-9]+ tests passed", output);
    }
}
