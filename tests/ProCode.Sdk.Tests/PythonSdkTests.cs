using ProCode.Dev;

namespace ProCode.Sdk.Tests;

/// <summary>The Python SDK's own unit tests: what is Python's and not the contract's.</summary>
public sealed class PythonSdkTests
{
    [Fact]
    public async Task UnitTests_OfThePythonSdk_Pass()
    {
        var output = await Tool.RequireAsync(
            ["python3", "-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."], TestContext.Current.CancellationToken, workingDirectory: Checkout.PathOf("sdk/python"));
        Assert.Matches(@"Ran [1-9]\d* tests", output);
    }
}
