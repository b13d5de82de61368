using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class HttpFunctionTests
{
    [Fact]
    public async Task Get_RouteValues_AreBoundByNameAndType()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Bindings));
        var id = Guid.NewGuid();

        Assert.Equal($"shop/7/{id}/True", await app.Http.GetStringAsync($"/bind/shop/7/{id}/true"));
        Assert.Equal("a%2Fb", await app.Http.GetStringAsync("/text/a%2Fb"));
        Assert.Equal("none", await app.Http.GetStringAsync("/maybe"));
        Assert.Equal("4", await app.Http.GetStringAsync("/maybe/4"));
        Assert.Equal("x/y/z", await app.Http.GetStringAsync("/rest/x/y/z"));
    }

    [Fact]
    public async Task Get_RouteValueOfWrongType_Is500()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Bindings));

        var response = await app.Http.GetAsync("/maybe/many");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_FromBody_ReadsJson()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Bindings));

        var response = await app.Http.PostAsJsonAsync("/body", new { name = "Ada" });

        Assert.Equal("Ada", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("result", HttpStatusCode.Created, "made")]
    [InlineData("union", HttpStatusCode.NotFound, "")]
    [InlineData("object", HttpStatusCode.Conflict, """{"name":"Ada"}""")]
    [InlineData("content", HttpStatusCode.OK, "plain")]
    [InlineData("status", HttpStatusCode.Gone, "")]
    [InlineData("plain", HttpStatusCode.OK, "")]
    [InlineData("nothing", HttpStatusCode.OK, "")]
    [InlineData("written", HttpStatusCode.Accepted, "by hand")]
    [InlineData("failure", HttpStatusCode.InternalServerError, "")]
    public async Task Get_EachKindOfResult_IsAnswered(string path, HttpStatusCode status, string body)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Outcomes));

        var response = await app.Http.GetAsync($"/{path}");

        Assert.Equal((status, body), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Get_ClientGoesAway_CancelsTheFunction()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Waiting));
        using var impatience = new CancellationTokenSource();

        var request = app.Http.GetAsync("/wait", impatience.Token);
        await Waiting.Started.Task;
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Waiting.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    internal sealed record Person(string Name);

    internal sealed class Bindings
    {
        [Function("Bind")]
        public IResult Bind(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "bind/{name}/{count:long}/{id:guid}/{flag:bool}")] HttpRequest request,
            string name, long count, Guid id, bool flag, FunctionContext context, CancellationToken cancellation)
        {
            Assert.Equal(request.HttpContext.RequestAborted, cancellation);
            Assert.Equal("Bind", context.FunctionDefinition.Name);
            return TypedResults.Text($"{name}/{count}/{id}/{flag}");
        }

        [Function("Text")]
        public IResult Text([HttpTrigger("get", Route = "text/{value}")] HttpRequest request, string value) => TypedResults.Text(value);

        [Function("Maybe")]
        public IResult Maybe([HttpTrigger("get", Route = "maybe/{count?}")] HttpRequest request, int? count) =>
            TypedResults.Text(count?.ToString(provider: null) ?? "none");

        [Function("Rest")]
        public IResult Rest([HttpTrigger("get", Route = "rest/{*path}")] HttpRequest request, string path) => TypedResults.Text(path);

        [Function("Body")]
        public IResult Body([HttpTrigger("post", Route = "body")] HttpRequest request, [FromBody] Person person) => TypedResults.Text(person.Name);
    }

    internal sealed class Outcomes
    {
        [Function("R1")]
        public async Task<IResult> Result([HttpTrigger("get", Route = "result")] HttpRequest request)
        {
            await Task.Yield();
            return TypedResults.Text("made", statusCode: 201);
        }

        [Function("R2")]
        public Results<Ok<string>, NotFound> Union([HttpTrigger("get", Route = "union")] HttpRequest request) => TypedResults.NotFound();

        [Function("R3")]
        public IActionResult Object([HttpTrigger("get", Route = "object")] HttpRequest request) => new ConflictObjectResult(new Person("Ada"));

        [Function("R4")]
        public Task<IActionResult> Content([HttpTrigger("get", Route = "content")] HttpRequest request) =>
            Task.FromResult<IActionResult>(new ContentResult { Content = "plain" });

        [Function("R5")]
        public ValueTask<StatusCodeResult> Status([HttpTrigger("get", Route = "status")] HttpRequest request) => new(new StatusCodeResult(410));

        [Function("R6")]
        public Person Plain([HttpTrigger("get", Route = "plain")] HttpRequest request) => new("Ada");

        [Function("R7")]
        public void Nothing([HttpTrigger("get", Route = "nothing")] HttpRequest request)
        {
        }

        [Function("R8")]
        public async Task Written([HttpTrigger("get", Route = "written")] HttpRequest request)
        {
            request.HttpContext.Response.StatusCode = 202;
            await request.HttpContext.Response.WriteAsync("by hand");
        }

        [Function("R9")]
        public IResult Failure([HttpTrigger("get", Route = "failure")] HttpRequest request) => throw new InvalidOperationException("secret reason");
    }

    internal sealed class Waiting
    {
        public static readonly TaskCompletionSource Started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public static readonly TaskCompletionSource Cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        [Function("Wait")]
        public async Task Run([HttpTrigger("get", Route = "wait")] HttpRequest request, CancellationToken cancellation)
        {
            Started.SetResult();
            cancellation.Register(Cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }
}
