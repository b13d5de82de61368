using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class TablePagesTests(StorageFixture storage)
{
    private readonly string _partition = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task ReadPageAsync_PageByPage_GivesEveryRowOnce()
    {
        var table = await FillAsync(7);
        var seen = new List<string>();
        var sizes = new List<int>();
        string? continuation = null;
        do
        {
            var page = (await ReadAsync(table, 3, continuation)).Value;
            seen.AddRange(page.Items);
            sizes.Add(page.Items.Count);
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], seen);
        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task ReadPageAsync_NoRows_IsAnEmptyLastPage()
    {
        var page = (await ReadAsync(await FillAsync(0), 10, null)).Value;

        Assert.Empty(page.Items);
        Assert.Null(page.Continuation);
    }

    [Fact]
    public async Task ReadPageAsync_ContinuationOfAnotherList_IsRefused()
    {
        var table = await FillAsync(3);
        var continuation = (await ReadAsync(table, 1, null)).Value.Continuation!;

        var page = await table.ReadPageAsync("PartitionKey eq 'other'", 1, continuation, row => row.RowKey, TestContext.Current.CancellationToken);

        Assert.Equal(GeneralErrors.Invalid, page.Error?.Code);
        Assert.Equal("continuation", Assert.Single(page.Error!.Details).Field);
    }

    private async Task<TableClient> FillAsync(int rows)
    {
        var table = await storage.Tables.GetAsync("pages", TestContext.Current.CancellationToken);
        for (var row = 0; row < rows; row++) await table.AddEntityAsync(new TableEntity(_partition, $"{row}"));
        return table;
    }

    private Task<Result<Page<string>>> ReadAsync(TableClient table, int limit, string? continuation) => table.ReadPageAsync(
        TableClient.CreateQueryFilter($"PartitionKey eq {_partition}"), limit, continuation, row => row.RowKey, TestContext.Current.CancellationToken);
}
