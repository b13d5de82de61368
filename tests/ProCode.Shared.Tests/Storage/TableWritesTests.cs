using Azure;
using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class TableWritesTests(StorageFixture storage)
{
    private readonly string _partition = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task TryInsertAsync_RowThatExists_IsFalseAndChangesNothing()
    {
        var table = await TableAsync();

        Assert.True(await table.TryInsertAsync(Row("a", 1), Cancellation));
        Assert.False(await table.TryInsertAsync(Row("a", 2), Cancellation));
        Assert.Equal(1, (await table.FindAsync(_partition, "a", Cancellation))!.GetInt32("Value"));
    }

    [Fact]
    public async Task TryUpdateAsync_AfterAnotherWriter_IsFalse()
    {
        var table = await TableAsync();
        await table.TryInsertAsync(Row("a", 1), Cancellation);
        var first = (await table.FindAsync(_partition, "a", Cancellation))!;
        var second = (await table.FindAsync(_partition, "a", Cancellation))!;
        first["Value"] = 2;
        second["Value"] = 3;

        Assert.True(await table.TryUpdateAsync(first, Cancellation));
        Assert.False(await table.TryUpdateAsync(second, Cancellation));
        Assert.Equal(2, (await table.FindAsync(_partition, "a", Cancellation))!.GetInt32("Value"));
    }

    [Fact]
    public async Task TryUpdateAsync_TwiceOnTheSameEntity_KnowsItsNewVersion()
    {
        var table = await TableAsync();
        var row = Row("a", 1);
        await table.TryInsertAsync(row, Cancellation);

        Assert.True(await table.TryUpdateAsync(row, Cancellation));
        Assert.True(await table.TryUpdateAsync(row, Cancellation));
    }

    [Fact]
    public async Task TryUpdateAsync_RowThatIsGone_IsFalse()
    {
        var row = Row("a", 1);
        row.ETag = new ETag("W/\"datetime'2025-01-01T00%3A00%3A00.0000000Z'\"");

        Assert.False(await (await TableAsync()).TryUpdateAsync(row, Cancellation));
    }

    [Fact]
    public async Task TryDeleteAsync_AfterAnotherWriter_IsFalse()
    {
        var table = await TableAsync();
        var row = Row("a", 1);
        await table.TryInsertAsync(row, Cancellation);
        var changed = (await table.FindAsync(_partition, "a", Cancellation))!;
        await table.TryUpdateAsync(changed, Cancellation);

        Assert.False(await table.TryDeleteAsync(row, Cancellation));
        Assert.True(await table.TryDeleteAsync(changed, Cancellation));
        Assert.False(await table.TryDeleteAsync(changed, Cancellation));
    }

    [Fact]
    public async Task TrySubmitAsync_OneRowThatExists_WritesNothing()
    {
        var table = await TableAsync();
        await table.TryInsertAsync(Row("b", 1), Cancellation);

        var written = await table.TrySubmitAsync(
            [new(TableTransactionActionType.Add, Row("a", 1)), new(TableTransactionActionType.Add, Row("b", 2))], Cancellation);

        Assert.False(written);
        Assert.Null(await table.FindAsync(_partition, "a", Cancellation));
    }

    [Fact]
    public async Task TryInsertAsync_KeyThatIsNotAllowed_Throws() =>
        await Assert.ThrowsAsync<RequestFailedException>(async () => await (await TableAsync()).TryInsertAsync(Row("a/b", 1), Cancellation));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TableEntity Row(string key, int value) => new(_partition, key) { ["Value"] = value };

    private async Task<TableClient> TableAsync() => await storage.Tables.GetAsync("writes", Cancellation);
}
