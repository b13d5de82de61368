using ProCode.Credentials;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>One key, the same in every process of a test.</summary>
internal sealed class TestKeys : IKeyEncryptionKeys
{
    private static readonly KeyEncryptionKey Key = KeyEncryptionKey.TryParse("test", Convert.ToBase64String(new byte[32]), out var key)
        ? key
        : throw new InvalidOperationException("The test's key is none.");

    public ValueTask<KeyEncryptionKey> GetNewestAsync(CancellationToken cancellation) => ValueTask.FromResult(Key);

    public ValueTask<KeyEncryptionKey?> FindAsync(string id, CancellationToken cancellation) =>
        ValueTask.FromResult<KeyEncryptionKey?>(id == Key.Id ? Key : null);
}
