using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests;

public sealed class StartupTests
{
    [Fact]
    public async Task Start_WrongSettings_SaysOneLineForEach()
    {
        var failure = await Assert.ThrowsAsync<DevException>(() => TestStack.StartAsync(new Dictionary<string, string?>
        {
            ["Auth__BootstrapKeyHash"] = "abc",
            ["Secrets__KeyVaultUri"] = "https://vault.example.com",
        }));

        Assert.Equal(
            [
                "Setting refused: Auth:BootstrapKeyHash must be the SHA-256 of the key as 64 hexadecimal digits.",
                "Setting refused: Secrets:KeyFile and Secrets:KeyVaultUri exclude each other.",
                "Setting refused: Secrets:KeyName is missing; Secrets:KeyVaultUri needs it.",
            ],
            failure.Message.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("Setting refused", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }
}
