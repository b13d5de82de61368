using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Contract.Tests.Tables;

/// <summary>What ProCode relies on in Azure.Data.Tables and its service; run on every implementation of either.</summary>
public abstract partial class TablesContract
{
    protected abstract Task<TableServiceClient> ServiceAsync();

    protected static string NewTableName() => $"t{Guid.NewGuid():N}";

    protected async Task<TableClient> NewTableAsync()
    {
        var table = (await ServiceAsync()).GetTableClient(NewTableName());
        await table.CreateAsync();
        return table;
    }

    protected static async Task RefusedAsync(int status, TableErrorCode code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAnyAsync<RequestFailedException>(action);
        Assert.Equal(status, exception.Status);
        Assert.True(code == exception.ErrorCode, $"{exception.ErrorCode} instead of {code}");
    }

    protected static async Task<List<T>> AllAsync<T>(AsyncPageable<T> items)
        where T : notnull
    {
        var all = new List<T>();
        await foreach (var item in items)
            all.Add(item);
        return all;
    }

    [Fact]
    public async Task Create_ExistingTable_IsTableAlreadyExists()
    {
        var table = await NewTableAsync();
        await RefusedAsync(409, TableErrorCode.TableAlreadyExists, () => table.CreateAsync());
    }

    [Fact]
    public async Task CreateIfNotExists_Twice_AnswersTheTable()
    {
        var service = await ServiceAsync();
        var name = NewTableName();
        Assert.Equal(name, (await service.GetTableClient(name).CreateIfNotExistsAsync()).Value.Name);
        Assert.Equal(name, (await service.CreateTableIfNotExistsAsync(name)).Value.Name);
    }

    [Fact]
    public async Task AnyOperation_MissingTable_IsTableNotFound()
    {
        var table = (await ServiceAsync()).GetTableClient(NewTableName());
        await RefusedAsync(404, TableErrorCode.TableNotFound, () => table.AddEntityAsync(new TableEntity("p", "r")));
        await RefusedAsync(404, TableErrorCode.TableNotFound, () => table.UpsertEntityAsync(new TableEntity("p", "r")));
        await RefusedAsync(404, TableErrorCode.TableNotFound, () => AllAsync(table.QueryAsync<TableEntity>()));
        await RefusedAsync(404, TableErrorCode.TableNotFound, () => table.SubmitTransactionAsync(
            [new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "r"))]));
    }

    [Fact]
    public async Task Delete_MissingTable_IsTheNotFoundResponse()
    {
        var service = await ServiceAsync();
        var table = await NewTableAsync();
        Assert.Equal(204, (await table.DeleteAsync()).Status);
        Assert.Equal(404, (await table.DeleteAsync()).Status);
        Assert.Equal(404, (await service.DeleteTableAsync(NewTableName())).Status);
    }

    [Fact]
    public async Task QueryTables_ByName_FindsIt()
    {
        var table = await NewTableAsync();
        var found = await AllAsync((await ServiceAsync()).QueryAsync($"TableName eq '{table.Name}'"));
        Assert.Equal([table.Name], found.Select(item => item.Name));
    }

    [Fact]
    public async Task Add_ExistingEntity_IsEntityAlreadyExists()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = "first" });
        await RefusedAsync(409, TableErrorCode.EntityAlreadyExists, () => table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = "second" }));
        Assert.Equal("first", (await table.GetEntityAsync<TableEntity>("p", "r")).Value["Value"]);
    }

    [Fact]
    public async Task Add_NewEntity_AnswersTheETagOfTheStoredOne()
    {
        var table = await NewTableAsync();
        var entity = new TableEntity("p", "r");
        var added = await table.AddEntityAsync(entity);
        Assert.Equal(204, added.Status);
        Assert.Equal(default, entity.ETag);
        var stored = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal(added.Headers.ETag, stored.ETag);
        Assert.NotNull(stored.Timestamp);
    }

    [Fact]
    public async Task Get_MissingEntity_IsResourceNotFound()
    {
        var table = await NewTableAsync();
        await RefusedAsync(404, TableErrorCode.ResourceNotFound, () => table.GetEntityAsync<TableEntity>("p", "r"));
    }

    [Fact]
    public async Task GetIfExists_MissingEntity_HasNoValue()
    {
        var table = await NewTableAsync();
        var missing = await table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        Assert.False(missing.HasValue);
        Assert.Throws<InvalidOperationException>(() => missing.Value);
        Assert.Equal(404, missing.GetRawResponse().Status);

        await table.AddEntityAsync(new TableEntity("p", "r"));
        Assert.Equal("r", (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!.RowKey);
    }

    [Fact]
    public async Task Get_Select_ReturnsOnlyThose()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Kept"] = 1, ["Left"] = 2 });
        var entity = (await table.GetEntityAsync<TableEntity>("p", "r", ["Kept"])).Value;
        Assert.Equal(1, entity.GetInt32("Kept"));
        Assert.False(entity.ContainsKey("Left"));
        Assert.False(entity.ContainsKey("RowKey"));
        Assert.NotEqual(default, entity.ETag);
    }

    [Fact]
    public async Task Update_StaleETag_IsConditionNotSatisfied()
    {
        var table = await NewTableAsync();
        var first = (await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = 1 })).Headers.ETag!.Value;
        var second = (await table.UpdateEntityAsync(new TableEntity("p", "r") { ["Value"] = 2 }, first)).Headers.ETag!.Value;
        Assert.NotEqual(first, second);
        await RefusedAsync(412, TableErrorCode.UpdateConditionNotSatisfied, () => table.UpdateEntityAsync(new TableEntity("p", "r") { ["Value"] = 3 }, first));
        await RefusedAsync(412, TableErrorCode.UpdateConditionNotSatisfied, () => table.DeleteEntityAsync("p", "r", first));
        Assert.Equal(2, (await table.GetEntityAsync<TableEntity>("p", "r")).Value.GetInt32("Value"));
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["Value"] = 4 }, second, TableUpdateMode.Replace);
        Assert.Equal(4, (await table.GetEntityAsync<TableEntity>("p", "r")).Value.GetInt32("Value"));
    }

    [Fact]
    public async Task Update_MissingEntity_IsResourceNotFound()
    {
        var table = await NewTableAsync();
        await RefusedAsync(404, TableErrorCode.ResourceNotFound, () => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));
        await RefusedAsync(404, TableErrorCode.ResourceNotFound, () => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All, TableUpdateMode.Replace));
    }

    [Fact]
    public async Task Update_NoETag_IsRefusedByTheClient()
    {
        var table = await NewTableAsync();
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), default));
        Assert.Equal("ifMatch", exception.ParamName);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, true)]
    [InlineData(TableUpdateMode.Replace, false)]
    public async Task UpdateAndUpsert_Mode_DecidesAboutAbsentProperties(TableUpdateMode mode, bool kept)
    {
        var table = await NewTableAsync();
        foreach (var row in (string[])["update", "upsert"])
            await table.AddEntityAsync(new TableEntity("p", row) { ["Old"] = "old", ["Both"] = 1 });
        await table.UpdateEntityAsync(new TableEntity("p", "update") { ["Both"] = 2, ["Old"] = null }, ETag.All, mode);
        await table.UpsertEntityAsync(new TableEntity("p", "upsert") { ["Both"] = 2, ["Old"] = null }, mode);
        foreach (var row in (string[])["update", "upsert"])
        {
            var entity = (await table.GetEntityAsync<TableEntity>("p", row)).Value;
            Assert.Equal(2, entity.GetInt32("Both"));
            Assert.Equal(kept, entity.ContainsKey("Old"));
        }
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task Upsert_MissingEntity_AddsIt(TableUpdateMode mode)
    {
        var table = await NewTableAsync();
        var response = await table.UpsertEntityAsync(new TableEntity("p", "r") { ["Value"] = "new", ETag = new ETag("\"ignored\"") }, mode);
        var stored = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal("new", stored.GetString("Value"));
        Assert.Equal(response.Headers.ETag, stored.ETag);
    }

    [Fact]
    public async Task Delete_MissingEntity_IsTheNotFoundResponse()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));
        Assert.Equal(204, (await table.DeleteEntityAsync("p", "r")).Status);
        Assert.Equal(404, (await table.DeleteEntityAsync(new TableEntity("p", "r"))).Status);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("it's", "a 'quoted' key")]
    [InlineData("ü€😀", "%25 100% +&=;:@!$*(),~[]{}|<>\"^`")]
    [InlineData("UPPER", "upper")]
    public async Task Keys_AnyAllowedCharacter_AreKept(string partitionKey, string rowKey)
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity(partitionKey, rowKey) { ["Value"] = 1 });
        var added = (await table.GetEntityAsync<TableEntity>(partitionKey, rowKey)).Value;
        Assert.Equal((partitionKey, rowKey), (added.PartitionKey, added.RowKey));
        await table.UpdateEntityAsync(new TableEntity(partitionKey, rowKey) { ["Value"] = 2 }, added.ETag);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey eq {rowKey}");
        Assert.Equal(2, Assert.Single(await AllAsync(table.QueryAsync<TableEntity>(filter))).GetInt32("Value"));
        Assert.Equal(204, (await table.DeleteEntityAsync(partitionKey, rowKey)).Status);
    }

    [Fact]
    public async Task Keys_DifferInCase_AreDifferentEntities()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "a"));
        await table.AddEntityAsync(new TableEntity("p", "A"));
        await table.AddEntityAsync(new TableEntity("P", "a"));
        Assert.Equal([("P", "a"), ("p", "A"), ("p", "a")], (await AllAsync(table.QueryAsync<TableEntity>())).Select(found => (found.PartitionKey, found.RowKey)));
    }

    [Fact]
    public async Task Keys_Null_AreRefusedByTheClient()
    {
        var table = await NewTableAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.AddEntityAsync(new TableEntity()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.GetEntityAsync<TableEntity>(null!, "r"));
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.DeleteEntityAsync("p", null!));
    }
}
