using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Local.Hosting.Http;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class RouteTableTests
{
    private static readonly ParameterPolicyFactory Policies =
        new ServiceCollection().AddLogging().AddRouting().BuildServiceProvider().GetRequiredService<ParameterPolicyFactory>();

    [Theory]
    [InlineData("a/b", "A/B", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("a/{x}", "a/b", true)]
    [InlineData("a/{x:long}", "a/b", false)]
    [InlineData("a/{x:long}", "a/7", true)]
    [InlineData("a/{x:long}", "a/{y:alpha}", false)]
    [InlineData("a/{x:long}", "a/{y:guid}", true)]
    [InlineData("a/{x}", "a/{y}/c", false)]
    [InlineData("a/{x?}", "a", true)]
    [InlineData("a/{x:int?}", "a/b", false)]
    [InlineData("a/{*rest}", "a/b/c", true)]
    [InlineData("a/{*rest}", "a", true)]
    [InlineData("a/{*rest}", "b/a", false)]
    [InlineData("a/{name}.json", "a/b.json", true)]
    [InlineData("a/{name}.json", "a/b.xml", false)]
    [InlineData("a/{x:regex(^\\d+$)}", "a/b", false)]
    public void Exists_TwoTemplates_SaysWhetherSomeUrlMatchesBoth(string a, string b, bool expected)
    {
        var overlap = new RouteOverlap(Policies);

        Assert.Equal(expected, overlap.Exists(RoutePatternFactory.Parse(a), RoutePatternFactory.Parse(b)));
        Assert.Equal(expected, overlap.Exists(RoutePatternFactory.Parse(b), RoutePatternFactory.Parse(a)));
    }

    [Fact]
    public void Create_Prefix_StandsBeforeEveryRoute()
    {
        var table = RouteTable.Create([Function("A", "a/{x}", "get")], "api/v1", Policies);

        Assert.Equal("api/v1/a/{x}", Assert.Single(table.Routes).Pattern.RawText);
    }

    [Fact]
    public void Create_RootCatchAll_MustSortLast()
    {
        Assert.Empty(RouteTable.Create([Function("A", "a", "get"), Function("Z", "{*path}", "get")], "", Policies).Problems);
        Assert.Single(RouteTable.Create([Function("B", "b", "get"), Function("A", "{*path}", "get")], "", Policies).Problems);
        Assert.Single(RouteTable.Create([Function("Y", "{*path}", "get"), Function("Z", "{**path}", "get")], "", Policies).Problems);
    }

    [Fact]
    public void Create_SameRouteOtherMethods_IsFine() =>
        Assert.Empty(RouteTable.Create([Function("A", "a", "get"), Function("B", "a", "post")], "", Policies).Problems);

    [Fact]
    public void Create_SameRouteAnyMethod_IsRefused() =>
        Assert.Single(RouteTable.Create([Function("A", "a", "get"), Function("B", "a")], "", Policies).Problems);

    private static HttpFunction Function(string name, string route, params string[] methods) => new(name, route, methods, _ => Task.CompletedTask);
}
