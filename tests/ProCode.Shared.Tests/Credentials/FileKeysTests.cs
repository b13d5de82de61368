using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Credentials;

namespace ProCode.Shared.Tests.Credentials;

public sealed class FileKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-keys-").FullName;

    private string KeyFile => Path.Combine(_folder, "deeper", "secrets.key");

    [Fact]
    public async Task GetNewestAsync_NoFile_MakesOneForItsOwnerOnly()
    {
        var key = await NewestAsync(Keys());

        Assert.Equal(key.Id, (await NewestAsync(Keys())).Id);
        Assert.Equal(Bytes(key), Bytes(await NewestAsync(Keys())));
        Assert.Equal([KeyFile], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task GetNewestAsync_ManyProcessesAtOnce_UseTheSameKey()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => NewestAsync(Keys()))));

        Assert.Single(keys.Select(Bytes).Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task GetNewestAsync_LineAdded_IsTheNewestAndTheOldOneStays()
    {
        var keys = Keys();
        var old = await NewestAsync(keys);
        await File.AppendAllTextAsync(KeyFile, $"second {Base64()}\n");
        File.SetLastWriteTimeUtc(KeyFile, File.GetLastWriteTimeUtc(KeyFile).AddSeconds(1));

        Assert.Equal("second", (await NewestAsync(keys)).Id);
        Assert.Equal(Bytes(old), Bytes((await keys.FindAsync(old.Id, TestContext.Current.CancellationToken))!));
    }

    [Fact]
    public async Task FindAsync_UnknownKey_IsNull() => Assert.Null(await Keys().FindAsync("other", TestContext.Current.CancellationToken));

    [Fact]
    public async Task GetNewestAsync_FileGoneWhileRunning_MakesNoSecondFirstKey()
    {
        var keys = Keys();
        await NewestAsync(keys);
        File.Delete(KeyFile);

        await Assert.ThrowsAsync<InvalidOperationException>(() => NewestAsync(keys));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task GetNewestAsync_FileOpenToOthers_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await NewestAsync(Keys());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => NewestAsync(Keys()));
        Assert.Contains("Secrets:KeyFile", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key-1 c2hvcnQ=")]
    [InlineData("key-1")]
    [InlineData("key.1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("")]
    public async Task GetNewestAsync_DamagedFile_NamesItWithoutItsContent(string content)
    {
        await NewestAsync(Keys());
        await File.WriteAllTextAsync(KeyFile, content);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => NewestAsync(Keys()));
        Assert.DoesNotContain("c2hvcnQ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToString_OfAKey_ShowsNothing() => Assert.DoesNotContain("[", (await NewestAsync(Keys())).ToString(), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FileKeys Keys() => new(KeyFile, NullLogger<FileKeys>.Instance);

    private static string Bytes(KeyEncryptionKey key) => Convert.ToHexString(key.Key);

    private static string Base64() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static async Task<KeyEncryptionKey> NewestAsync(FileKeys keys) => await keys.GetNewestAsync(TestContext.Current.CancellationToken);
}
