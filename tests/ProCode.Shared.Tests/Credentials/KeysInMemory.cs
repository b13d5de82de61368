using System.Security.Cryptography;
using ProCode.Credentials;

namespace ProCode.Shared.Tests.Credentials;

/// <summary>Keys that a test can add and take away.</summary>
internal sealed class KeysInMemory : IKeyEncryptionKeys
{
    private readonly List<KeyEncryptionKey> _keys = [];

    public KeysInMemory(params string[] ids)
    {
        foreach (var id in ids) Add(id);
    }

    public void Add(string id)
    {
        Assert.True(KeyEncryptionKey.TryParse(id, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), out var key));
        _keys.Add(key);
    }

    public void Remove(string id) => _keys.RemoveAll(key => key.Id == id);

    public ValueTask<KeyEncryptionKey> GetNewestAsync(CancellationToken cancellation) => ValueTask.FromResult(_keys[^1]);

    public ValueTask<KeyEncryptionKey?> FindAsync(string id, CancellationToken cancellation) => ValueTask.FromResult(_keys.Find(key => key.Id == id));
}
