using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Contract.Tests.Tables;

public abstract partial class TablesContract
{
    private static readonly DateTimeOffset SomeTime = new DateTimeOffset(2024, 2, 29, 12, 34, 56, TimeSpan.FromHours(2)).AddTicks(1_234_567);

    [Fact]
    public async Task TableEntity_EveryType_ComesBackAsItWas()
    {
        var table = await NewTableAsync();
        var id = Guid.NewGuid();
        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            ["Text"] = "{\"json\":\"<with> 'quotes' & ünïcode 😀\\u0000\"}\r\nline",
            ["Empty"] = "",
            ["Flag"] = true,
            ["Int"] = int.MinValue,
            ["Long"] = long.MaxValue,
            ["Double"] = 0.1,
            ["Whole"] = 3.0,
            ["Huge"] = 1.7976931348623157E+308,
            ["Id"] = id,
            ["Time"] = SomeTime,
            ["UtcTime"] = SomeTime.UtcDateTime,
            ["Bytes"] = new byte[] { 0, 1, 254, 255 },
            ["Data"] = BinaryData.FromString("data"),
            ["Null"] = null,
        });

        var entity = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal("{\"json\":\"<with> 'quotes' & ünïcode 😀\\u0000\"}\r\nline", entity.GetString("Text"));
        Assert.Equal("", entity.GetString("Empty"));
        Assert.True(entity.GetBoolean("Flag"));
        Assert.Equal(int.MinValue, entity.GetInt32("Int"));
        Assert.Equal(long.MaxValue, entity.GetInt64("Long"));
        Assert.Equal(0.1, entity.GetDouble("Double"));
        Assert.Equal(3.0, entity.GetDouble("Whole"));
        Assert.Equal(1.7976931348623157E+308, entity.GetDouble("Huge"));
        Assert.Equal(id, entity.GetGuid("Id"));
        Assert.Equal(SomeTime, entity.GetDateTimeOffset("Time"));
        Assert.Equal(SomeTime.UtcDateTime, entity.GetDateTime("UtcTime"));
        Assert.Equal(DateTimeKind.Utc, entity.GetDateTime("UtcTime")!.Value.Kind);
        Assert.Equal(new byte[] { 0, 1, 254, 255 }, entity.GetBinary("Bytes"));
        Assert.Equal("data", entity.GetBinaryData("Data")!.ToString());
        Assert.False(entity.ContainsKey("Null"));
    }

    [Fact]
    public async Task TypedModel_EveryType_ComesBackAsItWas()
    {
        var table = await NewTableAsync();
        var sent = new Everything
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "text",
            Flag = true,
            Count = -5,
            Big = long.MinValue,
            Huge = ulong.MaxValue,
            Ratio = 2.5,
            Id = Guid.NewGuid(),
            Time = SomeTime,
            UtcTime = SomeTime.UtcDateTime,
            Bytes = [1, 2],
            Data = BinaryData.FromBytes([3]),
            Kind = Everything.Color.Green,
            Renamed = "renamed",
            Ignored = "ignored",
        };
        await table.AddEntityAsync(sent);

        var got = (await table.GetEntityAsync<Everything>("p", "r")).Value;
        Assert.Equal((sent.Text, sent.Flag, sent.Count, sent.Big, sent.Ratio, sent.Id), (got.Text, got.Flag, got.Count, got.Big, got.Ratio, got.Id));
        Assert.Equal(sent.Huge, got.Huge);
        Assert.Equal((sent.Time, sent.UtcTime, sent.Kind, sent.Renamed), (got.Time, got.UtcTime, got.Kind, got.Renamed));
        Assert.Equal(sent.Bytes, got.Bytes);
        Assert.Equal([3], got.Data!.ToArray());
        Assert.Null(got.NullableBig);
        Assert.Null(got.Ignored);
        Assert.NotEqual(default, got.ETag);

        var raw = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal(("Green", "renamed"), (raw.GetString("Kind"), raw.GetString("other_name")));
        Assert.False(raw.ContainsKey("Ignored"));
    }

    [Fact]
    public async Task Timestamp_FromTheClient_IsNotStored()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { Timestamp = DateTimeOffset.UnixEpoch });
        Assert.True((await table.GetEntityAsync<TableEntity>("p", "r")).Value.Timestamp > DateTimeOffset.UnixEpoch.AddYears(30));
    }

    [Fact]
    public void TableEntity_WrongType_IsRefused()
    {
        var entity = new TableEntity("p", "r") { ["Text"] = "text", ["Long"] = 1L };
        Assert.Throws<InvalidOperationException>(() => entity.GetInt32("Text"));
        Assert.Throws<InvalidOperationException>(() => entity["Text"] = 5);
        Assert.Null(entity.GetInt32("Missing"));
        Assert.Null(entity["Missing"]);
        entity["Long"] = 2;
        Assert.Equal(2L, entity.GetInt64("Long"));
        Assert.Equal(SomeTime.UtcDateTime, new TableEntity { ["Time"] = SomeTime }.GetDateTime("Time"));
    }

    [Fact]
    public async Task Add_PropertyTooLarge_IsRefused()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "fits") { ["Text"] = new string('x', 32 * 1024), ["Bytes"] = new byte[64 * 1024] });
        await RefusedAsync(400, TableErrorCode.PropertyValueTooLarge, () => table.AddEntityAsync(new TableEntity("p", "text") { ["Text"] = new string('x', (32 * 1024) + 1) }));
        await RefusedAsync(400, TableErrorCode.PropertyValueTooLarge, () => table.AddEntityAsync(new TableEntity("p", "bytes") { ["Bytes"] = new byte[(64 * 1024) + 1] }));
        Assert.Equal("fits", Assert.Single(await AllAsync(table.QueryAsync<TableEntity>())).RowKey);
    }
}
