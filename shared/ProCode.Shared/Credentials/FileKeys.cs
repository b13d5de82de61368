using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ProCode.Credentials;

/// <summary>
/// Keys in a local file, one per line: a name, a blank, and 32 bytes in Base64; the last one is the newest. A line that is added while the
/// service runs is seen at the next use. The file is made with a first key when it is not there, readable by its owner only.
/// </summary>
internal sealed class FileKeys(string path, ILogger<FileKeys> logger) : IKeyEncryptionKeys
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly Lock _lock = new();
    private (DateTime WrittenAt, List<KeyEncryptionKey> Keys)? _loaded;

    public ValueTask<KeyEncryptionKey> GetNewestAsync(CancellationToken cancellation) => ValueTask.FromResult(Load()[^1]);

    public ValueTask<KeyEncryptionKey?> FindAsync(string id, CancellationToken cancellation) => ValueTask.FromResult(Load().Find(key => key.Id == id));

    private List<KeyEncryptionKey> Load()
    {
        lock (_lock)
        {
            if (!File.Exists(path))
            {
                // Never make a second first key beside secrets that were encrypted with the one that has gone.
                if (_loaded is not null) throw new InvalidOperationException($"The key file {path} (Secrets:KeyFile) has gone.");
                Create();
            }

            var writtenAt = File.GetLastWriteTimeUtc(path);
            if (_loaded is not { } loaded || loaded.WrittenAt != writtenAt) _loaded = loaded = (writtenAt, Read());
            return loaded.Keys;
        }
    }

    private List<KeyEncryptionKey> Read()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new InvalidOperationException($"The key file {path} (Secrets:KeyFile) is open to others: chmod 600 it.");

        var keys = new List<KeyEncryptionKey>();
        foreach (var (index, line) in File.ReadAllLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var id, var base64] || !KeyEncryptionKey.TryParse(id, base64, out var key))
                throw new InvalidOperationException($"Line {index + 1} of the key file {path} (Secrets:KeyFile) is not a name and 32 bytes in Base64.");
            keys.Add(key);
        }

        return keys.Count > 0 ? keys : throw new InvalidOperationException($"The key file {path} (Secrets:KeyFile) holds no key.");
    }

    // Whole or not at all, and never over another's: of two processes that start together, one makes the file and both use it.
    private void Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(draft, options))
            {
                var id = $"key-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
                file.Write(System.Text.Encoding.ASCII.GetBytes($"{id} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
            CredentialLog.KeyFileCreated(logger, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
