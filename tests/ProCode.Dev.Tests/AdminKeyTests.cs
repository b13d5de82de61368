using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Dev.Tests;

/// <summary>The admin key is made once, for its owner only.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AdminKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-test-").FullName;

    [Fact]
    public void ReadOrCreate_NoFile_WritesAFreshKeyForItsOwnerOnly()
    {
        var file = Path.Combine(_folder, "admin.key");

        var key = AdminKey.ReadOrCreate(file);

        Assert.True(key.IsNew);
        Assert.Matches("^pck_[0-9a-f]{32}$", key.Value);
        Assert.Equal(key.Value + "\n", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value))), key.Hash);
    }

    [Fact]
    public void ReadOrCreate_SecondTime_KeepsTheKey()
    {
        var file = Path.Combine(_folder, "admin.key");
        var first = AdminKey.ReadOrCreate(file);

        var second = AdminKey.ReadOrCreate(file);

        Assert.False(second.IsNew);
        Assert.Equal(first.Value, second.Value);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
