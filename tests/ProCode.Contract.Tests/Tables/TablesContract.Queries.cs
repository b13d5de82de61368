using Azure;
using Azure.Data.Tables;

namespace ProCode.Contract.Tests.Tables;

public abstract partial class TablesContract
{
    [Fact]
    public async Task Query_NoFilter_IsOrderedByKeysOrdinally()
    {
        var table = await NewTableAsync();
        foreach (var (partition, row) in ((string, string)[])[("b", "1"), ("a", "2"), ("a", "10"), ("B", "1")])
            await table.AddEntityAsync(new TableEntity(partition, row));
        var found = await AllAsync(table.QueryAsync<TableEntity>());
        Assert.Equal([("B", "1"), ("a", "10"), ("a", "2"), ("b", "1")], found.Select(entity => (entity.PartitionKey, entity.RowKey)));
        Assert.All(found, entity => Assert.NotEqual(default, entity.ETag));
    }

    [Fact]
    public async Task Query_MaxPerPage_PagesAndGoesOnFromAToken()
    {
        var table = await NewTableAsync();
        for (var partition = 0; partition < 2; partition++)
            await table.SubmitTransactionAsync(Enumerable.Range(0, 5).Select(row => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity($"p{partition}", $"it's row {row}"))));

        var pages = await AllPagesAsync(table.QueryAsync<TableEntity>(maxPerPage: 3).AsPages());
        Assert.Equal([3, 3, 3, 1], pages.Select(page => page.Values.Count));
        Assert.Null(pages[^1].ContinuationToken);
        Assert.Equal(10, pages.SelectMany(page => page.Values).Select(entity => entity.PartitionKey + entity.RowKey).Distinct().Count());

        var rest = await AllPagesAsync(table.QueryAsync<TableEntity>().AsPages(pages[1].ContinuationToken, pageSizeHint: 2));
        Assert.Equal(pages[2].Values.Concat(pages[3].Values).Select(entity => entity.RowKey), rest.SelectMany(page => page.Values).Select(entity => entity.RowKey));
        Assert.Equal(2, rest.Count);
    }

    [Fact]
    public async Task Query_MoreThanAThousand_ComesInPages()
    {
        var table = await NewTableAsync();
        foreach (var rows in Enumerable.Range(0, 1050).Chunk(100))
            await table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{row:D6}"))));
        var pages = await AllPagesAsync(table.QueryAsync<TableEntity>(select: ["RowKey"]).AsPages());
        Assert.True(pages.Count >= 2);
        Assert.Equal(Enumerable.Range(0, 1050).Select(row => $"{row:D6}"), pages.SelectMany(page => page.Values).Select(entity => entity.RowKey));
    }

    [Fact]
    public async Task Query_Filter_ComparesByType()
    {
        var table = await NewTableAsync();
        var id = Guid.Parse("0195c8a0-5f00-7000-8000-0123456789ab");
        var time = new DateTimeOffset(2024, 5, 6, 7, 8, 9, 123, TimeSpan.Zero);
        await table.AddEntityAsync(new TableEntity("p", "1")
        {
            ["Text"] = "o'neil",
            ["Int"] = 5,
            ["Long"] = 5_000_000_000,
            ["Double"] = 1.5,
            ["Flag"] = true,
            ["Id"] = id,
            ["Time"] = time,
            ["Whole"] = 2.0,
        });
        await table.AddEntityAsync(new TableEntity("p", "2") { ["Text"] = "z", ["Int"] = -1, ["Long"] = 1L, ["Double"] = -1.5, ["Flag"] = false, ["Whole"] = 3.0 });

        async Task<string> Rows(FormattableString filter) =>
            string.Join(',', (await AllAsync(table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter(filter)))).Select(entity => entity.RowKey));

        Assert.Equal("1", await Rows($"Text eq {"o'neil"}"));
        Assert.Equal("2", await Rows($"Text ne {"o'neil"}"));
        Assert.Equal("1", await Rows($"Text lt {"p"}"));
        Assert.Equal("1", await Rows($"Int ge {5}"));
        Assert.Equal("2", await Rows($"Int lt {0}"));
        Assert.Equal("1", await Rows($"Long gt {4_999_999_999L}"));
        Assert.Equal("2", await Rows($"Double le {0.5}"));
        Assert.Equal("1", await Rows($"Whole eq {2.0}"));
        Assert.Equal("1", await Rows($"Flag eq {true}"));
        Assert.Equal("1", await Rows($"Id eq {id}"));
        Assert.Equal("1", await Rows($"Time eq {time}"));
        Assert.Equal("1", await Rows($"Time gt {time.AddSeconds(-1)} and Time lt {time.AddSeconds(1)}"));
        Assert.Equal("1,2", await Rows($"PartitionKey eq {"p"} and (Int eq {5} or Int eq {-1})"));
        Assert.Equal("2", await Rows($"not (Int eq {5})"));
        Assert.Equal("", await Rows($"Missing eq {"x"}"));
        Assert.Equal("", await Rows($"PartitionKey eq {"other"}"));
        Assert.Equal("1,2", await Rows($"RowKey ge {"1"} and RowKey lt {"3"}"));
    }

    [Fact]
    public async Task Query_Expression_SaysTheSame()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new Everything { PartitionKey = "p", RowKey = "1", Count = 5, Flag = true, Text = "a" });
        await table.AddEntityAsync(new Everything { PartitionKey = "p", RowKey = "2", Count = 7, Flag = false, Text = "b" });
        var (partition, limit) = ("p", 6);
        Assert.Equal("1", Assert.Single(await AllAsync(table.QueryAsync<Everything>(entity => entity.PartitionKey == partition && entity.Count < limit))).RowKey);
        Assert.Equal("2", Assert.Single(await AllAsync(table.QueryAsync<Everything>(entity => entity.PartitionKey == partition && !(entity.Count == 5)))).RowKey);
        Assert.Equal("2", Assert.Single(await AllAsync(table.QueryAsync<Everything>(entity => entity.Text!.CompareTo("a") > 0))).RowKey);
        Assert.Equal(2, (await AllAsync(table.QueryAsync<Everything>(entity => entity.RowKey == "1" || entity.RowKey == "2"))).Count);
        Assert.Equal("1", Assert.Single(await AllAsync(table.QueryAsync<TableEntity>(entity => entity.GetInt32("Count") == 5))).RowKey);
    }

    [Fact]
    public async Task Query_Select_ReturnsOnlyThoseAndTheETag()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Kept"] = 1, ["Left"] = 2 });
        var entity = Assert.Single(await AllAsync(table.QueryAsync<TableEntity>(select: ["RowKey", "Kept"])));
        Assert.Equal(("r", 1), (entity.RowKey, entity.GetInt32("Kept")));
        Assert.False(entity.ContainsKey("Left"));
        Assert.NotEqual(default, entity.ETag);
    }

    [Fact]
    public async Task Query_NothingRead_SendsNothing()
    {
        var table = (await ServiceAsync()).GetTableClient(NewTableName());
        var neverRead = table.QueryAsync<TableEntity>();
        Assert.NotNull(neverRead);
    }

    private static async Task<List<Page<T>>> AllPagesAsync<T>(IAsyncEnumerable<Page<T>> pages)
        where T : notnull
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }
}
