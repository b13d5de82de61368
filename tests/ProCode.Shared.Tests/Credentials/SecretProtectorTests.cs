using System.Security.Cryptography;
using ProCode.Credentials;

namespace ProCode.Shared.Tests.Credentials;

public sealed class SecretProtectorTests
{
    private const string Secret = "pässword 🔑";
    private const string Purpose = "credential/1/7";

    private readonly KeysInMemory _keys = new("k1");

    [Fact]
    public async Task UnprotectAsync_OwnText_GivesTheSecret() => Assert.Equal(Secret, await UnprotectAsync(await ProtectAsync()));

    [Fact]
    public async Task ProtectAsync_Text_NamesVersionAndKeyAndHidesTheSecret()
    {
        var stored = await ProtectAsync();

        Assert.Matches("^v1\\.k1\\.[\\w-]+\\.[\\w-]+$", stored);
        Assert.DoesNotContain("ssword", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProtectAsync_SameSecretTwice_LooksDifferent() => Assert.NotEqual(await ProtectAsync(), await ProtectAsync());

    [Fact]
    public async Task UnprotectAsync_AfterRotation_OpensOldAndNew()
    {
        var old = await ProtectAsync();
        _keys.Add("k2");
        var fresh = await ProtectAsync();

        Assert.StartsWith("v1.k2.", fresh, StringComparison.Ordinal);
        Assert.Equal(Secret, await UnprotectAsync(old));
        Assert.Equal(Secret, await UnprotectAsync(fresh));
    }

    [Fact]
    public async Task UnprotectAsync_KeyTakenAway_NamesTheKey()
    {
        var stored = await ProtectAsync();
        _keys.Add("k2");
        _keys.Remove("k1");

        var failure = await Assert.ThrowsAsync<SecretKeyMissingException>(() => UnprotectAsync(stored));
        Assert.Contains("'k1'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnprotectAsync_OtherPurpose_Throws() =>
        await Assert.ThrowsAsync<CryptographicException>(async () => await UnprotectAsync(await ProtectAsync(), "credential/1/8"));

    [Fact]
    public async Task UnprotectAsync_KeyNameExchanged_Throws()
    {
        _keys.Add("k2");
        var stored = await ProtectAsync();

        await Assert.ThrowsAsync<CryptographicException>(() => UnprotectAsync(stored.Replace("v1.k2.", "v1.k1.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnprotectAsync_AnyCharacterChanged_ThrowsWithoutTheText()
    {
        var stored = await ProtectAsync();

        for (var at = "v1.k1.".Length; at < stored.Length - 1; at++)
        {
            var damaged = $"{stored[..at]}{(stored[at] == 'A' ? 'B' : 'A')}{stored[(at + 1)..]}";
            var failure = await Assert.ThrowsAsync<CryptographicException>(() => UnprotectAsync(damaged));
            Assert.DoesNotContain(stored[^20..], failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("v2.k1.AAAA.AAAA")]
    [InlineData("v1.k1..")]
    [InlineData("v1.k1.!.!")]
    [InlineData("v1.k1.AAAA.AAAA")]
    public async Task UnprotectAsync_Garbage_Throws(string stored) => await Assert.ThrowsAsync<CryptographicException>(() => UnprotectAsync(stored));

    private Task<string> ProtectAsync() => new SecretProtector(_keys).ProtectAsync(Secret, Purpose, TestContext.Current.CancellationToken);

    private Task<string> UnprotectAsync(string stored, string purpose = Purpose) =>
        new SecretProtector(_keys).UnprotectAsync(stored, purpose, TestContext.Current.CancellationToken);
}
