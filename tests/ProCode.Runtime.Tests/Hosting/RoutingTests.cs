using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("GET", "/items/7", HttpStatusCode.OK, "GetItem 7")]
    [InlineData("DELETE", "/items/7", HttpStatusCode.OK, "DeleteItem 7")]
    [InlineData("GET", "/ITEMS/latest/", HttpStatusCode.OK, "GetLatest")]
    [InlineData("GET", "/GetUnnamed", HttpStatusCode.OK, "GetUnnamed")]
    [InlineData("GET", "/GetEmpty", HttpStatusCode.OK, "GetEmpty")]
    [InlineData("HEAD", "/asked", HttpStatusCode.OK, "")]
    [InlineData("OPTIONS", "/asked", HttpStatusCode.OK, "Asked OPTIONS")]
    [InlineData("GET", "/items/other", HttpStatusCode.OK, "Rest items/other")]
    [InlineData("GET", "/", HttpStatusCode.OK, "Rest ")]
    [InlineData("PUT", "/any", HttpStatusCode.OK, "Any")]
    [InlineData("POST", "/items/7", HttpStatusCode.NotFound, "")]
    [InlineData("HEAD", "/items/7", HttpStatusCode.NotFound, "")]
    [InlineData("OPTIONS", "/items/7", HttpStatusCode.NotFound, "")]
    public async Task Send_MethodAndPath_ReachOneFunctionOrNone(string method, string path, HttpStatusCode status, string body)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Items));

        var response = await app.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal((status, body), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Empty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Get_PrefixOfHostJson_StandsBeforeEveryRoute()
    {
        await using var app = await FunctionsApp.StartWithAsync(["--AzureFunctionsJobHost:extensions:http:routePrefix=v1"], configure: null, typeof(JsonTests.People));

        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync("/v1/result")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/result")).StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK, "text/html")]
    [InlineData("true", HttpStatusCode.NoContent, null)]
    public async Task Get_RootWithoutAFunction_IsTheHostsPageUnlessItIsSwitchedOff(string? disabled, HttpStatusCode status, string? type)
    {
        await using var app = await FunctionsApp.StartWithAsync([$"--AzureWebJobsDisableHomepage={disabled}"], configure: null, typeof(JsonTests.People));

        using var response = await app.Http.GetAsync("/");
        using var other = await app.Http.GetAsync("/other");

        Assert.Equal((status, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public void Build_OverlappingRoutes_AreRefusedWithBothNames()
    {
        var refusal = FunctionsApp.Refusal(typeof(Overlapping));

        Assert.Contains("ByName (get x/{name}) and ByWord (get, post x/word) answer the same URLs", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(Reserved), "belong to the Functions host")]
    [InlineData(typeof(Slash), "a route of '/' breaks")]
    [InlineData(typeof(UnknownConstraint), "nonsense")]
    [InlineData(typeof(Malformed), "Malformed (get a/{b)")]
    public void Build_RouteThatTheHostWouldNotLoad_IsRefused(Type functions, string reason) =>
        Assert.Contains(reason, FunctionsApp.Refusal(functions), StringComparison.Ordinal);

    internal sealed class Items
    {
        [Function("GetItem")]
        public IResult Get([HttpTrigger("get", Route = "items/{id:long}")] HttpRequest request, long id) => TypedResults.Text($"GetItem {id}");

        [Function("DeleteItem")]
        public IResult Delete([HttpTrigger("delete", Route = "items/{itemId:long}")] HttpRequest request, long itemId) =>
            TypedResults.Text($"DeleteItem {itemId}");

        [Function("GetLatest")]
        public IResult Latest([HttpTrigger("get", Route = "items/latest")] HttpRequest request) => TypedResults.Text("GetLatest");

        [Function("GetUnnamed")]
        public IResult Unnamed([HttpTrigger("get")] HttpRequest request) => TypedResults.Text("GetUnnamed");

        [Function("GetEmpty")]
        public IResult Empty([HttpTrigger("get", Route = "")] HttpRequest request) => TypedResults.Text("GetEmpty");

        [Function("Asked")]
        public IResult Asked([HttpTrigger("head", "options", Route = "asked")] HttpRequest request) => TypedResults.Text($"Asked {request.Method}");

        [Function("Any")]
        public IResult Any([HttpTrigger(AuthorizationLevel.Function, Route = "any")] HttpRequest request) => TypedResults.Text("Any");

        [Function("ZRest")]
        public IResult Rest([HttpTrigger("get", Route = "{*path}")] HttpRequest request, string? path) => TypedResults.Text($"Rest {path}");
    }

    internal sealed class Overlapping
    {
        [Function("ByName")]
        public void ByName([HttpTrigger("get", Route = "x/{name}")] HttpRequest request)
        {
        }

        [Function("ByWord")]
        public void ByWord([HttpTrigger("get", "post", Route = "x/word")] HttpRequest request)
        {
        }
    }

    internal sealed class Reserved
    {
        [Function("Reserved")]
        public void Run([HttpTrigger("get", Route = "administrators")] HttpRequest request)
        {
        }
    }

    internal sealed class Slash
    {
        [Function("Slash")]
        public void Run([HttpTrigger("get", Route = "/")] HttpRequest request)
        {
        }
    }

    internal sealed class UnknownConstraint
    {
        [Function("UnknownConstraint")]
        public void Run([HttpTrigger("get", Route = "a/{b:nonsense}")] HttpRequest request)
        {
        }
    }

    internal sealed class Malformed
    {
        [Function("Malformed")]
        public void Run([HttpTrigger("get", Route = "a/{b")] HttpRequest request)
        {
        }
    }
}
