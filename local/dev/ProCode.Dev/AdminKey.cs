using System.Security.Cryptography;
using System.Text;

namespace ProCode.Dev;

/// <summary>The first administrator's API key. The app only ever gets its hash.</summary>
public sealed class AdminKey
{
    private AdminKey(string value, bool isNew) => (Value, IsNew) = (value, isNew);

    /// <summary>What goes into <c>Authorization: Bearer</c>.</summary>
    public string Value { get; }

    /// <summary>True when this call made it.</summary>
    public bool IsNew { get; }

    /// <summary>Hexadecimal SHA-256, for the setting Auth:BootstrapKeyHash.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>Reads the key from a file, which is made with a fresh one, for its owner only, when it is missing.</summary>
    public static AdminKey ReadOrCreate(string file)
    {
        if (File.Exists(file))
        {
            return new AdminKey(File.ReadAllText(file).Trim(), isNew: false);
        }

        // Written elsewhere and moved, so that a half-written key never has the name.
        var key = "pck_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var draft = file + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(key + "\n"));
        }

        File.Move(draft, file);
        return new AdminKey(key, isNew: true);
    }
}
