using ProCode.Dev;

namespace ProCode.Sdk.Tests;

/// <summary>The Node.js SDK's own unit tests: what is Node's and not the contract's.</summary>
public sealed class NodeJsSdkTests
{
    [Fact]
    public async Task UnitTests_OfTheNodeJsSdk_Pass()
    {
        var output = await Tool.RequireAsync(["node", "--test", "tests/"], TestContext.Current.CancellationToken, workingDirectory: Checkout.PathOf("sdk/nodejs"));
        Assert.Matches(@"# pass [1-9]\d+", output);
        Assert.Contains("# fail 0", output, StringComparison.Ordinal);
    }
}
