using Azure.Data.Tables;
using Azure.Storage.Blobs;
using ProCode.Dev;
using ProCode.Shared.Tests.Storage;
using ProCode.Storage;

[assembly: AssemblyFixture(typeof(StorageFixture))]

namespace ProCode.Shared.Tests.Storage;

/// <summary>One storage emulator for all tests of this assembly. Its tables are shared, so each test uses keys of its own.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procode-storage-").FullName;
    private Azurite? _azurite;

    public Tables Tables { get; private set; } = null!;

    public Blobs Blobs { get; private set; } = null!;

    /// <summary>What another process would see: nothing is shared but the account.</summary>
    public Tables OtherProcess() => new(new TableServiceClient(_azurite!.ConnectionString));

    public async ValueTask InitializeAsync()
    {
        _azurite = await Azurite.StartAsync(_folder, TestContext.Current.CancellationToken);
        Tables = OtherProcess();
        Blobs = new Blobs(new BlobServiceClient(_azurite.ConnectionString));
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
