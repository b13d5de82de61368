namespace ProCode.Credentials;

/// <summary>
/// The keys that secrets' own keys are encrypted with. New secrets use the newest key and every key opens what it has closed, so a key
/// is replaced by adding another one while the service runs. Implementations are safe for concurrent use; a source of keys that can't be
/// used is an exception.
/// </summary>
public interface IKeyEncryptionKeys
{
    /// <summary>The key for new secrets.</summary>
    ValueTask<KeyEncryptionKey> GetNewestAsync(CancellationToken cancellation);

    /// <summary>The key that a stored secret names, or null when it is not there (any more).</summary>
    ValueTask<KeyEncryptionKey?> FindAsync(string id, CancellationToken cancellation);
}
