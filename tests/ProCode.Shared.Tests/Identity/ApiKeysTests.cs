using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ProCode.Identity;

namespace ProCode.Shared.Tests.Identity;

public sealed class ApiKeysTests
{
    private const string Key = "pck_0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task FindOwnerAsync_BootstrapKey_MayEverything()
    {
        var owner = await FindAsync(HashOf(Key), Key);

        Assert.Equal("bootstrap", owner?.Id);
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.True(owner!.May(permission)));
    }

    [Theory]
    [InlineData("pck_0123456789abcdef0123456789abcdee")]
    [InlineData("PCK_0123456789abcdef0123456789abcdef")]
    [InlineData("pck_")]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task FindOwnerAsync_OtherKey_IsNobodys(string key) => Assert.Null(await FindAsync(HashOf(Key), key));

    [Fact]
    public async Task FindOwnerAsync_TheHashItself_IsNobodys() => Assert.Null(await FindAsync(HashOf(Key), HashOf(Key)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task FindOwnerAsync_NoBootstrapKey_LetsNobodyIn(string? hash) => Assert.Null(await FindAsync(hash, Key));

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("abc", false)]
    [InlineData("zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    public void Validate_Hash_IsSixtyFourDigitsOrNothing(string? hash, bool valid) =>
        Assert.Equal(valid, new AuthOptions.Validator().Validate(null, new AuthOptions { BootstrapKeyHash = hash }).Succeeded);

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task<Principal?> FindAsync(string? hash, string key) =>
        await new ApiKeys(Options.Create(new AuthOptions { BootstrapKeyHash = hash })).FindOwnerAsync(key, TestContext.Current.CancellationToken);
}
