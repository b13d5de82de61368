using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class StorageOptionsTests
{
    private static readonly Uri _tables = new("https://a.table.core.windows.net");
    private static readonly Uri _blobs = new("https://a.blob.core.windows.net");

    [Fact]
    public void Validate_ConnectionString_IsEnough() => Assert.Empty(Problems(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }));

    [Fact]
    public void Validate_BothEndpoints_AreEnough() => Assert.Empty(Problems(new StorageOptions { TableEndpoint = _tables, BlobEndpoint = _blobs }));

    [Fact]
    public void Validate_Nothing_NamesTheKey() => Assert.Contains("Storage:ConnectionString", Assert.Single(Problems(new StorageOptions())), StringComparison.Ordinal);

    [Fact]
    public void Validate_OneEndpoint_IsRefused() => Assert.Single(Problems(new StorageOptions { TableEndpoint = _tables }));

    [Fact]
    public void Validate_Both_IsRefused() =>
        Assert.Single(Problems(new StorageOptions { ConnectionString = "x", TableEndpoint = _tables, BlobEndpoint = _blobs }));

    [Fact]
    public void Validate_PlainHttp_IsRefused() =>
        Assert.Single(Problems(new StorageOptions { TableEndpoint = new Uri("http://a.table.core.windows.net"), BlobEndpoint = _blobs }));

    private static IEnumerable<string> Problems(StorageOptions options) => new StorageOptions.Validator().Validate(null, options).Failures ?? [];
}
