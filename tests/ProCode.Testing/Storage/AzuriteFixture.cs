using ProCode.Dev;

namespace ProCode.Testing.Storage;

/// <summary>One Azurite for all tests of an assembly (an xunit assembly fixture), started when the first test asks for it.</summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"procode-azurite-{Guid.NewGuid():N}");
    private readonly Lazy<Task<Azurite>> azurite;

    public AzuriteFixture() => azurite = new(() => Azurite.StartAsync(folder, CancellationToken.None));

    /// <exception cref="InvalidOperationException">Azurite can't run here; the message says what is missing.</exception>
    public Task<Azurite> GetAsync() => azurite.Value;

    public async ValueTask DisposeAsync()
    {
        if (azurite is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await azurite.Value).DisposeAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
