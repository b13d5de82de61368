using ProCode.Credentials;
using ProCode.Identity;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Credentials;

public sealed class CredentialRotationTests
{
    [Fact]
    public async Task RotateAsync_WhileOthersRead_TheyGetAPairThatBelongsTogether()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var store = platform.Get<CredentialStore>();
        await store.CreateAsync(new Credential(5, ProjectIds.Default, "git", CredentialKind.Basic, "user-0", null, platform.Time.GetUtcNow()), "password-0", default);

        var rotating = Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() =>
            store.RotateAsync(ProjectIds.Default, 5, $"password-{i}", $"user-{i}", platform.Time.GetUtcNow(), default))));
        var seen = new HashSet<string>();
        do
        {
            var basic = Assert.IsType<CredentialSecret.Basic>((await store.GetSecretAsync(5, default)).Value);
            Assert.Equal(basic.Username.Replace("user", "password", StringComparison.Ordinal), basic.Password);
            seen.Add(basic.Username);
        }
        while (!rotating.IsCompleted);

        Assert.All(await rotating, result => Assert.Equal((5, "git"), (result.Value.Id, result.Value.Name)));
        Assert.NotEmpty(seen);
    }

    [Fact]
    public async Task RotateAsync_ItIsHeldMeanwhile_KeepsBoth()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var store = platform.Get<CredentialStore>();
        await store.CreateAsync(new Credential(5, ProjectIds.Default, "key", CredentialKind.Token, null, null, platform.Time.GetUtcNow()), "old", default);
        platform.Tables.Before(async () => Assert.NotNull(await platform.Get<CredentialReferences>().HoldAsync(ProjectIds.Default, 5, 7, default)), "PUT", "credentials", "Secret");

        Assert.True((await store.RotateAsync(ProjectIds.Default, 5, "new", null, platform.Time.GetUtcNow(), default)).Succeeded);

        Assert.Equal("new", Assert.IsType<CredentialSecret.Token>((await store.GetSecretAsync(5, default)).Value).Value);
        Assert.Equal(CredentialErrors.InUse, (await platform.Get<CredentialDeletion>().RunAsync(ProjectIds.Default, 5, default)).Error!.Code);
    }
}
