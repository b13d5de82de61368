using ProCode.Credentials;
using ProCode.Results;
using ProCode.Shared.Tests.Storage;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Credentials;

public sealed class CredentialStoreTests(StorageFixture storage)
{
    private readonly long _project = Random.Shared.NextInt64(1, long.MaxValue);
    private readonly CredentialStore _store = new(storage.Tables, new SecretProtector(new KeysInMemory("k1")));

    [Fact]
    public async Task GetSecretAsync_EachKind_GivesWhatWasStored()
    {
        await CreateAsync(1, "a", CredentialKind.Token);
        await CreateAsync(2, "b", CredentialKind.Basic, "dev");
        await CreateAsync(3, "c", CredentialKind.Registry, "dev", "registry.example.com:5000");
        await CreateAsync(4, "d", CredentialKind.Kubeconfig);

        Assert.Equal("secret-1", Assert.IsType<CredentialSecret.Token>(await SecretAsync(1)).Value);
        var basic = Assert.IsType<CredentialSecret.Basic>(await SecretAsync(2));
        Assert.Equal(("dev", "secret-2"), (basic.Username, basic.Password));
        var registry = Assert.IsType<CredentialSecret.Registry>(await SecretAsync(3));
        Assert.Equal(("registry.example.com:5000", "dev", "secret-3"), (registry.Server, registry.Username, registry.Password));
        Assert.Equal("secret-4", Assert.IsType<CredentialSecret.Kubeconfig>(await SecretAsync(4)).Content);
    }

    [Fact]
    public async Task CreateAsync_NameThatIsTaken_ChangesNothing()
    {
        await CreateAsync(1, "Git", CredentialKind.Token);

        var second = await CreateAsync(2, "gIT", CredentialKind.Token);

        Assert.Equal(CredentialErrors.NameTaken, second.Error?.Code);
        Assert.Equal(CredentialErrors.NotFound, (await _store.GetSecretAsync(_project, 2, Cancellation)).Error?.Code);
    }

    [Fact]
    public async Task CreateAsync_SameIdAgain_IsTheFirstOne()
    {
        await CreateAsync(1, "git", CredentialKind.Token);

        var again = await CreateAsync(1, "git", CredentialKind.Token);

        Assert.True(again.Succeeded);
        Assert.Single((await ListAsync(null)).Items);
    }

    [Fact]
    public async Task CreateAsync_SameNameInAnotherProject_IsFine()
    {
        await CreateAsync(1, "git", CredentialKind.Token);
        var other = new Credential(2, _project - 1, "git", CredentialKind.Token, null, null, DateTimeOffset.UnixEpoch);

        Assert.True((await _store.CreateAsync(other, "x", Cancellation)).Succeeded);
    }

    [Fact]
    public async Task CreateAsync_SameNameAtOnce_OneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(id => CreateAsync(id, "git", CredentialKind.Token)));

        Assert.Single(results, result => result.Succeeded);
        Assert.Single((await ListAsync(null)).Items);
    }

    [Fact]
    public async Task ListAsync_ByKind_IsNewestFirst()
    {
        await CreateAsync(1, "a", CredentialKind.Token);
        await CreateAsync(2, "b", CredentialKind.Kubeconfig);
        await CreateAsync(3, "c", CredentialKind.Token);

        Assert.Equal([3, 2, 1], (await ListAsync(null)).Items.Select(credential => credential.Id));
        Assert.Equal([3, 1], (await ListAsync(CredentialKind.Token)).Items.Select(credential => credential.Id));
    }

    [Fact]
    public async Task GetSecretAsync_OfAnotherProject_IsNotFound()
    {
        await CreateAsync(1, "git", CredentialKind.Token);

        Assert.Equal(CredentialErrors.NotFound, (await _store.GetSecretAsync(_project - 1, 1, Cancellation)).Error?.Code);
    }

    [Fact]
    public async Task CreateAsync_StoredRow_HoldsNoSecretInClear()
    {
        await CreateAsync(1, "git", CredentialKind.Token);
        var table = await storage.Tables.GetAsync(TableNames.Credentials, Cancellation);
        var row = await table.FindAsync($"project-{_project}", $"id-{InvertedId.Of(1)}", Cancellation);

        Assert.DoesNotContain(row!, column => column.Value is string text && text.Contains("secret-1", StringComparison.Ordinal));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<Result<Credential>> CreateAsync(long id, string name, CredentialKind kind, string? username = null, string? server = null) =>
        _store.CreateAsync(new Credential(id, _project, name, kind, username, server, DateTimeOffset.UnixEpoch), $"secret-{id}", Cancellation);

    private async Task<CredentialSecret> SecretAsync(long id) => (await _store.GetSecretAsync(_project, id, Cancellation)).Value;

    private async Task<Page<Credential>> ListAsync(CredentialKind? kind) => (await _store.ListAsync(_project, kind, 50, null, Cancellation)).Value;
}
