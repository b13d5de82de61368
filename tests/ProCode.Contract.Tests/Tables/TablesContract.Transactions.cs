using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Contract.Tests.Tables;

public abstract partial class TablesContract
{
    private static TableTransactionAction Act(TableTransactionActionType type, string row, int value, ETag etag = default) =>
        new(type, new TableEntity("p", row) { ["Value"] = value }, etag);

    private static async Task<TableTransactionFailedException> FailedAsync(TableClient table, params TableTransactionAction[] actions) =>
        await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(actions));

    private static async Task<string> ValuesAsync(TableClient table) =>
        string.Join(' ', (await AllAsync(table.QueryAsync<TableEntity>())).Select(entity => $"{entity.RowKey}={entity.GetInt32("Value")}"));

    [Fact]
    public async Task Transaction_EveryAction_IsDoneAndAnsweredInOrder()
    {
        var table = await NewTableAsync();
        var etag = (await table.AddEntityAsync(new TableEntity("p", "a") { ["Value"] = 0 })).Headers.ETag!.Value;
        foreach (var row in (string[])["b", "c", "d"])
            await table.AddEntityAsync(new TableEntity("p", row) { ["Value"] = 0 });

        var response = await table.SubmitTransactionAsync(
        [
            Act(TableTransactionActionType.UpdateMerge, "a", 1, etag),
            Act(TableTransactionActionType.UpdateReplace, "b", 2, ETag.All),
            Act(TableTransactionActionType.Delete, "c", 0),
            Act(TableTransactionActionType.UpsertMerge, "d", 4),
            Act(TableTransactionActionType.UpsertReplace, "it's new", 5),
            Act(TableTransactionActionType.Add, "f", 6),
        ]);

        Assert.Equal(202, response.GetRawResponse().Status);
        Assert.Equal(6, response.Value.Count);
        Assert.All(response.Value, part => Assert.InRange(part.Status, 200, 299));
        Assert.Equal("a=1 b=2 d=4 f=6 it's new=5", await ValuesAsync(table));
        Assert.Equal((await table.GetEntityAsync<TableEntity>("p", "a")).Value.ETag, response.Value[0].Headers.ETag);
        Assert.Equal((await table.GetEntityAsync<TableEntity>("p", "f")).Value.ETag, response.Value[5].Headers.ETag);
    }

    [Fact]
    public async Task Transaction_AddExisting_IsEntityAlreadyExistsAtItsIndex()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "b") { ["Value"] = 0 });
        var exception = await FailedAsync(table, Act(TableTransactionActionType.UpsertMerge, "a", 1), Act(TableTransactionActionType.Add, "b", 1));
        Assert.Equal((409, 1), (exception.Status, exception.FailedTransactionActionIndex));
        Assert.True(TableErrorCode.EntityAlreadyExists == exception.ErrorCode, exception.ErrorCode);
        Assert.Equal("b=0", await ValuesAsync(table));
    }

    [Fact]
    public async Task Transaction_StaleETag_IsConditionNotSatisfied()
    {
        var table = await NewTableAsync();
        var stale = (await table.AddEntityAsync(new TableEntity("p", "a") { ["Value"] = 0 })).Headers.ETag!.Value;
        await table.UpdateEntityAsync(new TableEntity("p", "a") { ["Value"] = 1 }, ETag.All);
        foreach (var type in (TableTransactionActionType[])[TableTransactionActionType.UpdateMerge, TableTransactionActionType.UpdateReplace, TableTransactionActionType.Delete])
        {
            var exception = await FailedAsync(table, Act(TableTransactionActionType.Add, "z", 1), Act(type, "a", 2, stale));
            Assert.Equal((412, 1), (exception.Status, exception.FailedTransactionActionIndex));
            Assert.True(TableErrorCode.UpdateConditionNotSatisfied == exception.ErrorCode, exception.ErrorCode);
        }

        Assert.Equal("a=1", await ValuesAsync(table));
    }

    [Fact]
    public async Task Transaction_MissingEntity_IsResourceNotFound()
    {
        var table = await NewTableAsync();
        foreach (var type in (TableTransactionActionType[])[TableTransactionActionType.UpdateMerge, TableTransactionActionType.UpdateReplace, TableTransactionActionType.Delete])
        {
            var exception = await FailedAsync(table, Act(TableTransactionActionType.Add, "z", 1), Act(type, "a", 2, ETag.All));
            Assert.Equal(404, exception.Status);
            Assert.True(TableErrorCode.ResourceNotFound == exception.ErrorCode, exception.ErrorCode);
        }

        Assert.Equal("", await ValuesAsync(table));
    }

    [Fact]
    public async Task Transaction_UpdateWithoutETag_ActsAsUpsert()
    {
        var table = await NewTableAsync();
        await table.SubmitTransactionAsync([Act(TableTransactionActionType.UpdateMerge, "a", 1), Act(TableTransactionActionType.UpdateReplace, "b", 2)]);
        Assert.Equal("a=1 b=2", await ValuesAsync(table));
    }

    [Theory]
    [InlineData(TableTransactionActionType.UpdateMerge, true)]
    [InlineData(TableTransactionActionType.UpsertMerge, true)]
    [InlineData(TableTransactionActionType.UpdateReplace, false)]
    [InlineData(TableTransactionActionType.UpsertReplace, false)]
    public async Task Transaction_Type_DecidesAboutAbsentProperties(TableTransactionActionType type, bool kept)
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "a") { ["Value"] = 1, ["Old"] = "old" });
        await table.SubmitTransactionAsync([Act(type, "a", 2, ETag.All)]);
        var entity = (await table.GetEntityAsync<TableEntity>("p", "a")).Value;
        Assert.Equal((2, kept), (entity.GetInt32("Value"), entity.ContainsKey("Old")));
    }

    [Fact]
    public async Task Transaction_ARowTwice_IsInvalidDuplicateRow()
    {
        var table = await NewTableAsync();
        await RefusedAsync(400, TableErrorCode.InvalidDuplicateRow, () => table.SubmitTransactionAsync(
            [Act(TableTransactionActionType.UpsertMerge, "a", 1), Act(TableTransactionActionType.UpsertMerge, "a", 2)]));
        Assert.Equal("", await ValuesAsync(table));
    }

    [Fact]
    public async Task Transaction_HundredActions_FitsAndOneMoreIsRefused()
    {
        var table = await NewTableAsync();
        await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(row => Act(TableTransactionActionType.Add, $"{row:D3}", row)));
        Assert.Equal(100, (await AllAsync(table.QueryAsync<TableEntity>())).Count);
        var exception = await Assert.ThrowsAnyAsync<RequestFailedException>(
            () => table.SubmitTransactionAsync(Enumerable.Range(200, 101).Select(row => Act(TableTransactionActionType.Add, $"{row:D3}", row))));
        Assert.Equal(400, exception.Status);
        Assert.Equal(100, (await AllAsync(table.QueryAsync<TableEntity>())).Count);
    }

    [Fact]
    public async Task Transaction_Empty_IsRefusedByTheClient()
    {
        var table = await NewTableAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([]));
    }

    [Fact]
    public async Task ConcurrentWriters_OneETag_OneWins()
    {
        var table = await NewTableAsync();
        var etag = (await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = 0 })).Headers.ETag!.Value;
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(async value =>
        {
            try
            {
                await table.UpdateEntityAsync(new TableEntity("p", "r") { ["Value"] = value }, etag);
                return value;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                return 0;
            }
        }));
        var winner = Assert.Single(outcomes, value => value > 0);
        Assert.Equal($"r={winner}", await ValuesAsync(table));
    }
}
