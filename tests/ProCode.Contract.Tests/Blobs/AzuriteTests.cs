using Azure.Data.Tables;
using Azure.Storage.Blobs;
using ProCode.Contract.Tests.Tables;
using ProCode.Dev;
using ProCode.Testing.Storage;

namespace ProCode.Contract.Tests.Blobs;

/// <summary>The emulator's life: what it keeps, what it counts, and who may use a folder.</summary>
public sealed class AzuriteTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task Start_AgainOnTheSameFolder_HasTheData()
    {
        await fixture.ConnectionStringOrSkipAsync();
        var folder = Path.Combine(Path.GetTempPath(), $"procode-azurite-{Guid.NewGuid():N}");
        try
        {
            await using (var first = await Azurite.StartAsync(folder, countRequests: true, TestContext.Current.CancellationToken))
            {
                var table = new TableClient(first.ConnectionString, "kept");
                await table.CreateAsync();
                await table.AddEntityAsync(new TableEntity("p", "r"));
                await new BlobContainerClient(first.ConnectionString, "kept").CreateAsync();
                Assert.True(SpinWait.SpinUntil(() => first.RequestCount() == 3, TimeSpan.FromSeconds(10)), $"{first.RequestCount()} requests");
            }

            await using var second = await Azurite.StartAsync(folder, TestContext.Current.CancellationToken);
            Assert.Equal("r", (await new TableClient(second.ConnectionString, "kept").GetEntityAsync<TableEntity>("p", "r")).Value.RowKey);
            Assert.True(await new BlobContainerClient(second.ConnectionString, "kept").ExistsAsync());
            Assert.Throws<InvalidOperationException>(() => second.RequestCount());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
