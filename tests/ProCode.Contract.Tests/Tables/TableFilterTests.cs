using Azure.Data.Tables;

namespace ProCode.Contract.Tests.Tables;

/// <summary>Filters as text: what a value becomes in them, and what can't be said.</summary>
public sealed class TableFilterTests
{
    [Fact]
    public void CreateQueryFilter_Values_AreLiteralsOfTheirTypes()
    {
        var id = Guid.Parse("0195c8a0-5f00-7000-8000-0123456789ab");
        Assert.Equal("A eq 5 and B eq 5L and C eq true", TableClient.CreateQueryFilter($"A eq {5} and B eq {5L} and C eq {true}"));
        Assert.Equal("A eq 1.5 and B eq guid'0195c8a0-5f00-7000-8000-0123456789ab'", TableClient.CreateQueryFilter($"A eq {1.5} and B eq {id}"));
        var time = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        Assert.StartsWith("A gt datetime'2024-05-06T05:08:09", TableClient.CreateQueryFilter($"A gt {time}"), StringComparison.Ordinal);
        Assert.Equal("TableName eq 'x'", TableServiceClient.CreateQueryFilter($"TableName eq {"x"}"));
    }

    [Fact]
    public void CreateQueryFilter_Quotes_AreDoubledSoThatAValueStaysOne()
    {
        Assert.Equal("A eq ''' or A ne '''", TableClient.CreateQueryFilter($"A eq {"' or A ne '"}"));
        Assert.Equal("A eq ''''", TableClient.CreateQueryFilter($"A eq {'\''}"));
    }

    [Fact]
    public void CreateQueryFilter_ValueWithoutALiteral_IsRefused() =>
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {new object()}"));

    [Fact]
    public void CreateQueryFilter_ConditionThatTheServiceCannotSay_IsRefused()
    {
        Assert.ThrowsAny<Exception>(() => TableClient.CreateQueryFilter<Everything>(entity => string.Equals(entity.Text, "a", StringComparison.OrdinalIgnoreCase)));
        Assert.ThrowsAny<Exception>(() => TableClient.CreateQueryFilter<Everything>(entity => string.Compare(entity.Text, "a", StringComparison.Ordinal) > 0));
        Assert.ThrowsAny<Exception>(() => TableClient.CreateQueryFilter<Everything>(entity => entity.Text!.Length > 1));
    }
}
