using Microsoft.AspNetCore.Http;
using ProCode.Apps;
using ProCode.Functions.Http;

namespace ProCode.Functions.Tests.Http;

public sealed class QueryReaderTests
{
    [Fact]
    public void List_NothingGiven_IsTheFirstFifty()
    {
        var query = Reader("");

        Assert.Equal(new ListQuery(50, null), query.List());
        Assert.False(query.Failed(out _));
    }

    [Fact]
    public void Failed_EverythingRight_IsFalse()
    {
        var query = Reader("?limit=200&continuation=abc&appId=7&stack=nodejs&name=x%20y");

        Assert.Equal((new ListQuery(200, "abc"), 7, TechStack.NodeJs, "x y"), (query.List(), query.Id("appId"), query.Choice<TechStack>("stack"), query.Text("name")));
        Assert.False(query.Failed(out _));
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=201", "limit")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?appId=0", "appId")]
    [InlineData("?appId=-1", "appId")]
    [InlineData("?appId=99999999999999999999", "appId")]
    [InlineData("?stack=Python", "stack")]
    [InlineData("?stack=1", "stack")]
    [InlineData("?unknown=1", "unknown")]
    [InlineData("?Limit=5", "Limit")]
    public void Failed_WrongParameter_NamesIt(string text, string parameter)
    {
        var query = Reader(text);
        query.List();
        query.Id("appId");
        query.Choice<TechStack>("stack");

        Assert.True(query.Failed(out var error));
        Assert.Equal(parameter, Assert.Single(error.Details).Field);
    }

    private static QueryReader Reader(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        return new QueryReader(http.Request);
    }
}
