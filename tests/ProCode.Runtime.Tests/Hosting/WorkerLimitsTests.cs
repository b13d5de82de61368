using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>What is too much for the Functions host, and what for the worker behind it.</summary>
public sealed class WorkerLimitsTests
{
    // Beside the ones that are counted here, a request has Host and Connection.
    [Theory]
    [InlineData(94, null, "200 OK")]
    [InlineData(95, null, "500 Internal Server Error")]
    [InlineData(95, 200, "200 OK")]
    [InlineData(98, 200, "200 OK")]
    [InlineData(99, 200, "431 Request Header Fields Too Large")]
    public async Task Get_ManyHeaders_AreRefusedByTheWorkerUntilItIsToldOtherwiseAndThenByTheHost(int count, int? allowed, string status)
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestHeaderCount = allowed ?? options.Limits.MaxRequestHeaderCount);

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"GET /size HTTP/1.1\n{string.Concat(Enumerable.Range(1, count).Select(i => $"X-{i}: {i}\n"))}\n");

        AssertStatus(status, answer);
        if (status[0] != '2') AssertNoBody(answer);
    }

    [Theory]
    [InlineData("GET /", "200 OK")]
    [InlineData("GET /nowhere", "404 Not Found")]
    [InlineData("DELETE /size", "404 Not Found")]
    public async Task Send_ManyHeadersToNoFunction_TheHostAnswers(string request, string status)
    {
        await using var app = await StartAsync(_ => { });

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"{request} HTTP/1.1\n{string.Concat(Enumerable.Range(1, 96).Select(i => $"X-{i}: {i}\n"))}\n");

        AssertStatus(status, answer);
    }

    [Fact]
    public async Task Get_ForwardedHeadersOfTheClient_AreTheHostsOwnThen()
    {
        await using var app = await StartAsync(_ => { });
        const string Forwarded = "X-Forwarded-For: 1.2.3.4\nX-Forwarded-Host: a\nX-Forwarded-Proto: https\n";

        var answer = await RawHttp.SendAsync(
            app.Http.BaseAddress!, $"GET /size HTTP/1.1\n{Forwarded}{string.Concat(Enumerable.Range(1, 94).Select(i => $"X-{i}: {i}\n"))}\n");

        AssertStatus("200 OK", answer);
    }

    [Fact]
    public async Task Get_HeadersOver32KiB_Are431WhateverTheAppAllows()
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestHeadersTotalSize = 100_000);

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"GET /size HTTP/1.1\nX-A: {new string('a', 20_000)}\nX-B: {new string('b', 13_000)}\n\n");

        AssertStatus("431 Request Header Fields Too Large", answer);
    }

    [Fact]
    public async Task Get_UrlOver8KiB_Is414WhateverTheAppAllows()
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestLineSize = 100_000);

        AssertStatus("414 URI Too Long", await RawHttp.SendAsync(app.Http.BaseAddress!, $"GET /size?q={new string('q', 9_000)} HTTP/1.1\n\n"));
    }

    // Middleware catches what comes of reading, and answers in vain.
    [Theory]
    [InlineData(30_000_001)]
    [InlineData(104_857_601)]
    public async Task Post_BodyThatIsTooLong_IsAnEmpty500WhateverTheAppAnswers(int length)
    {
        await using var app = await StartAsync(_ => { });

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"POST /size HTTP/1.1\nContent-Length: {length}\n\n");

        AssertStatus("500 Internal Server Error", answer);
        AssertNoBody(answer);
        Assert.DoesNotContain("X-Caught", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\n\n800\n", "\n0\n\n")]
    [InlineData("Content-Length: 2048\n\n", "")]
    public async Task Post_BodyOverTheAppsOwnLimit_IsAnEmpty500(string before, string after)
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestBodySize = 1_000);

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"POST /size HTTP/1.1\n{before}{new string('x', 2048)}{after}");

        AssertStatus("500 Internal Server Error", answer);
        AssertNoBody(answer);
    }

    [Fact]
    public async Task Post_BodyOfExactlyTheLimit_Arrives()
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestBodySize = 1_000);

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"POST /size HTTP/1.1\nContent-Length: 1000\n\n{new string('x', 1000)}");

        AssertStatus("200 OK", answer);
        Assert.EndsWith("1000 1000", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_BodyThatIsReadSynchronously_IsAnEmpty500Too()
    {
        await using var app = await StartAsync(options => (options.AllowSynchronousIO, options.Limits.MaxRequestBodySize) = (true, 1_000));

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"POST /size?sync HTTP/1.1\nContent-Length: 1001\n\n{new string('x', 1001)}");

        AssertStatus("500 Internal Server Error", answer);
        AssertNoBody(answer);
    }

    [Fact]
    public async Task Post_LengthIsLookedAtFirst_AnyAnswerArrives()
    {
        await using var app = await StartAsync(_ => { });

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, "POST /size?careful HTTP/1.1\nContent-Length: 30000001\n\n");

        AssertStatus("413 Payload Too Large", answer);
        Assert.EndsWith("too long", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_LimitIsRaisedForTheRequest_TheBodyArrives()
    {
        await using var app = await StartAsync(options => options.Limits.MaxRequestBodySize = 1_000);

        var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, $"POST /size?raised HTTP/1.1\nContent-Length: 2048\n\n{new string('x', 2048)}");

        AssertStatus("200 OK", answer);
        Assert.EndsWith("1000 2048", answer, StringComparison.Ordinal);
    }

    private static Task<FunctionsApp> StartAsync(Action<KestrelServerOptions> limits) => FunctionsApp.StartAsync(
        builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            builder.Services.Configure(limits);
            builder.UseMiddleware(async (context, next) =>
            {
                try
                {
                    await next();
                }
                catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
                {
                    var response = context.GetHttpContext()!.Response;
                    response.StatusCode = e.StatusCode;
                    response.Headers["X-Caught"] = "yes";
                    await response.WriteAsync("caught");
                }
            });
        },
        typeof(Sizes));

    private static void AssertStatus(string status, string answer) => Assert.StartsWith($"HTTP/1.1 {status}\n", answer, StringComparison.Ordinal);

    private static void AssertNoBody(string answer) => Assert.EndsWith("\n\n", answer, StringComparison.Ordinal);

    internal sealed class Sizes
    {
        [Function("Size")]
        public async Task<IResult> Run([HttpTrigger("get", "post", Route = "size")] HttpRequest request)
        {
            var limit = request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
            var before = limit.MaxRequestBodySize;
            if (request.Query.ContainsKey("careful") && request.ContentLength > before) return TypedResults.Text("too long", statusCode: 413);
            if (request.Query.ContainsKey("raised")) limit.MaxRequestBodySize = null;

            using var body = new MemoryStream();
            if (request.Query.ContainsKey("sync"))
                request.Body.CopyTo(body);
            else
                await request.Body.CopyToAsync(body);
            return TypedResults.Text(string.Create(CultureInfo.InvariantCulture, $"{before} {body.Length}"));
        }
    }
}
