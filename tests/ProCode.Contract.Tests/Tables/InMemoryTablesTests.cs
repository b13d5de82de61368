using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using ProCode.Testing.Storage;

namespace ProCode.Contract.Tests.Tables;

/// <summary>The contract on the in-memory service, and the service's limits that Azurite doesn't hold to.</summary>
public sealed class InMemoryTablesTests : TablesContract
{
    private readonly InMemoryTablesTransport transport = new();

    protected override Task<TableServiceClient> ServiceAsync() => Task.FromResult(Service(transport));

    [Fact]
    public async Task Transaction_TwoPartitions_IsRefused()
    {
        var table = await NewTableAsync();
        await RefusedAsync(400, TableErrorCode.CommandsInBatchActOnDifferentPartitions, () => table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "r")),
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("q", "r")),
        ]));
        Assert.Empty(await AllAsync(table.QueryAsync<TableEntity>()));
    }

    [Fact]
    public async Task Add_EntityOverOneMebibyte_IsRefused()
    {
        var table = await NewTableAsync();
        var entity = new TableEntity("p", "r");
        for (var part = 0; part < 17; part++)
            entity[$"Part{part}"] = new byte[64 * 1024];
        await RefusedAsync(400, TableErrorCode.EntityTooLarge, () => table.AddEntityAsync(entity));
    }

    [Fact]
    public async Task Add_TooManyProperties_IsRefused()
    {
        var table = await NewTableAsync();
        var entity = new TableEntity("p", "r");
        for (var property = 0; property < 253; property++)
            entity[$"P{property}"] = 1;
        await RefusedAsync(400, TableErrorCode.TooManyProperties, () => table.AddEntityAsync(entity));
        entity.Remove("P0");
        await table.AddEntityAsync(entity);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("a-b-c")]
    [InlineData("tables")]
    public async Task Create_NameThatIsNoTables_IsRefused(string name)
    {
        var service = await ServiceAsync();
        await RefusedAsync(400, "InvalidResourceName", () => service.CreateTableAsync(name));
        await RefusedAsync(400, "InvalidResourceName", () => service.GetTableClient(name).CreateIfNotExistsAsync());
    }

    [Fact]
    public async Task Add_KeyOverOneKibibyte_IsRefused()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity(new string('p', 512), new string('r', 512)));
        await RefusedAsync(400, TableErrorCode.KeyValueTooLarge, () => table.AddEntityAsync(new TableEntity("p", new string('r', 513))));
    }

    [Fact]
    public async Task Transaction_OverFourMebibytes_IsRefused()
    {
        var table = await NewTableAsync();
        var actions = Enumerable.Range(0, 70).Select(row => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity("p", $"{row}") { ["Bytes"] = new byte[64 * 1024] }));
        await RefusedAsync(413, "RequestBodyTooLarge", () => table.SubmitTransactionAsync(actions));
        Assert.Empty(await AllAsync(table.QueryAsync<TableEntity>()));
    }

    [Fact]
    public async Task Add_TimeBefore1601_IsRefused()
    {
        var table = await NewTableAsync();
        await RefusedAsync(400, TableErrorCode.OutOfRangeInput, () => table.AddEntityAsync(new TableEntity("p", "r") { ["Time"] = DateTimeOffset.MinValue }));
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Time"] = new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero) });
    }

    [Fact]
    public async Task Tables_NamesThatDifferInCase_AreOneTable()
    {
        var service = await ServiceAsync();
        await service.CreateTableAsync("OneTable");
        await RefusedAsync(409, TableErrorCode.TableAlreadyExists, () => service.CreateTableAsync("onetable"));
        await service.GetTableClient("ONETABLE").AddEntityAsync(new TableEntity("p", "r"));
        Assert.Equal("r", Assert.Single(await AllAsync(service.GetTableClient("OneTable").QueryAsync<TableEntity>())).RowKey);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\u0001b")]
    public async Task Add_ForbiddenCharacterInAKey_IsRefused(string key)
    {
        var table = await NewTableAsync();
        await RefusedAsync(400, TableErrorCode.OutOfRangeInput, () => table.AddEntityAsync(new TableEntity("p", key)));
        await RefusedAsync(400, TableErrorCode.OutOfRangeInput, () => table.UpsertEntityAsync(new TableEntity(key, "r")));
    }

    [Fact]
    public async Task Query_ScanLimit_GivesShortAndEmptyPagesAndLosesNothing()
    {
        var table = Service(new InMemoryTablesTransport(scanLimit: 2)).GetTableClient("limited");
        await table.CreateAsync();
        for (var row = 0; row < 9; row++)
            await table.AddEntityAsync(new TableEntity("p", $"{row}") { ["Odd"] = row > 6 });
        var pages = new List<int>();
        await foreach (var page in table.QueryAsync<TableEntity>("Odd eq true").AsPages())
            pages.Add(page.Values.Count);
        Assert.Equal([0, 0, 0, 1, 1], pages);
        Assert.Equal(["7", "8"], (await AllAsync(table.QueryAsync<TableEntity>("Odd eq true"))).Select(entity => entity.RowKey));
    }

    [Fact]
    public async Task RequestCount_AfterRequests_CountsEachRoundTrip()
    {
        var table = await NewTableAsync();
        var before = transport.RequestCount;
        await table.AddEntityAsync(new TableEntity("p", "r"));
        await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "missing"));
        Assert.Equal(2, transport.RequestCount - before);
    }

    private static TableServiceClient Service(InMemoryTablesTransport transport) =>
        new(InMemoryTablesTransport.ConnectionString, new TableClientOptions { Transport = transport });
}
