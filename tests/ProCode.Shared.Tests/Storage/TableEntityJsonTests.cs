using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class TableEntityJsonTests(StorageFixture storage)
{
    [Fact]
    public void Get_NothingSet_IsTheDefault() => Assert.Null(TableEntityJson.Get<List<string>>(new TableEntity("p", "r"), "Stages"));

    [Fact]
    public void Set_ShorterDocument_LeavesNothingOfTheLongerOne()
    {
        var entity = new TableEntity("p", "r");
        TableEntityJson.Set(entity, "Text", new string('x', 100_000));
        TableEntityJson.Set(entity, "Text", "short");

        Assert.Equal("short", TableEntityJson.Get<string>(entity, "Text"));
        Assert.DoesNotContain(entity.Keys, key => key is "Text1" or "Text2" or "Text3");
    }

    [Theory]
    [InlineData(31_998)]
    [InlineData(31_999)]
    [InlineData(200_000)]
    public async Task Get_StoredDocument_IsTheSame(int length)
    {
        var text = string.Concat(Enumerable.Repeat("aé中😀", length / 5));
        var entity = new TableEntity(Guid.NewGuid().ToString("N"), "r");
        TableEntityJson.Set(entity, "Text", text);
        var table = await storage.Tables.GetAsync("documents", TestContext.Current.CancellationToken);
        if (length < 100_000) await table.AddEntityAsync(entity);

        var found = length < 100_000 ? await table.FindAsync(entity.PartitionKey, "r", TestContext.Current.CancellationToken) : entity;

        Assert.Equal(text, TableEntityJson.Get<string>(found!, "Text"));
    }
}
