using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using EntityTagHeaderValue = Microsoft.Net.Http.Headers.EntityTagHeaderValue;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>What passes between client and function, in both directions.</summary>
public sealed class ForwardingTests
{
    private static readonly byte[] Letters = "abcdefgh"u8.ToArray();

    [Theory]
    [InlineData("If-None-Match", "\"v1\", W/\"v2\"")]
    [InlineData("If-Match", "*")]
    [InlineData("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("If-Unmodified-Since", "Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("If-Range", "\"v1\"")]
    [InlineData("Range", "bytes=0-3,5-")]
    [InlineData("Cookie", "a=1; b=2")]
    [InlineData("Authorization", "Bearer abc.def")]
    [InlineData("X-Hub-Signature-256", "sha256=00ff")]
    [InlineData("X-GitHub-Event", "push")]
    [InlineData("X-Gitlab-Token", "secret")]
    public async Task Get_RequestHeader_ArrivesAsItIs(string name, string value)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/mirror/{name}");
        request.Headers.TryAddWithoutValidation(name, value);

        using var response = await app.Http.SendAsync(request);

        Assert.Equal(value, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    public async Task Get_HeaderAboutTheOrigin_DoesNotArrive(string name, string value)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/mirror/{name}");
        request.Headers.Add(name, value);

        using var response = await app.Http.SendAsync(request);

        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal($"http://{app.Http.BaseAddress!.Authority}", response.Headers.GetValues("X-Origin").Single());
    }

    [Fact]
    public async Task Get_HeaderTwice_ArrivesJoinedAndCookiesAsOne()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));

        var many = await RawHttp.SendAsync(app.Http.BaseAddress!, "GET /mirror/X-Many HTTP/1.1\nX-Many: one\nX-Many: two\n\n");
        var cookies = await RawHttp.SendAsync(app.Http.BaseAddress!, "GET /mirror/Cookie HTTP/1.1\nCookie: a=1\nCookie: b=2\n\n");

        Assert.EndsWith("\n\none, two", many, StringComparison.Ordinal);
        Assert.EndsWith("\n\na=1; b=2", cookies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ResponseHeaders_ComeBackAsTheyAre()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));

        using var response = await app.Http.GetAsync("/headers");

        Assert.Equal(["a=1; path=/; httponly", "b=2; path=/"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(("\"v1\"", "/elsewhere", "3"), (response.Headers.ETag!.Tag, response.Headers.Location!.OriginalString, response.Headers.RetryAfter!.ToString()));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("If-None-Match", "\"v1\"", HttpStatusCode.NotModified, "")]
    [InlineData("If-None-Match", "\"v0\"", HttpStatusCode.OK, "abcdefgh")]
    [InlineData("Range", "bytes=2-4", HttpStatusCode.PartialContent, "cde")]
    [InlineData("Range", "bytes=100-", HttpStatusCode.RequestedRangeNotSatisfiable, "")]
    [InlineData("If-Match", "\"v0\"", HttpStatusCode.PreconditionFailed, "")]
    public async Task Get_ConditionOrRange_IsAnsweredByTheFunction(string name, string value, HttpStatusCode status, string body)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/letters");
        request.Headers.Add(name, value);

        using var response = await app.Http.SendAsync(request);

        Assert.Equal((status, body), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        if (status == HttpStatusCode.PartialContent) Assert.Equal("bytes 2-4/8", response.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_Body_ArrivesByteByByte(bool chunked)
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));
        var bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = new ByteArrayContent(bytes) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await app.Http.SendAsync(request);

        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(chunked ? "none" : "100000", response.Headers.GetValues("X-Length").Single());
    }

    [Fact]
    public async Task Post_CompressedBody_ArrivesCompressed()
    {
        await using var app = await FunctionsApp.StartAsync(typeof(Mirror));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(Letters);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await app.Http.PostAsync("/echo", content);

        Assert.Equal(packed.ToArray(), await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_ServerSentEvents_ArrivePieceByPiece()
    {
        var gate = new Gate();
        await using var app = await FunctionsApp.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton(gate);
            },
            typeof(Events));

        using var response = await app.Http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        // The second is not written before the first has been read.
        Assert.Equal("data: 1", await reader.ReadLineAsync());
        Assert.False(gate.IsThrough);
        gate.Open.SetResult();

        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync());
        Assert.Equal(new MediaTypeHeaderValue("text/event-stream"), response.Content.Headers.ContentType);
    }

    internal sealed class Mirror
    {
        [Function("Mirror")]
        public IResult Run([HttpTrigger("get", Route = "mirror/{name}")] HttpRequest request, string name)
        {
            request.HttpContext.Response.Headers["X-Origin"] = $"{request.Scheme}://{request.Host}";
            return TypedResults.Text(string.Join('|', request.Headers[name].ToArray()), "text/plain", Encoding.UTF8);
        }

        [Function("ResponseHeaders")]
        public IResult Headers([HttpTrigger("get", Route = "headers")] HttpRequest request)
        {
            var response = request.HttpContext.Response;
            response.Cookies.Append("a", "1", new CookieOptions { HttpOnly = true });
            response.Cookies.Append("b", "2");
            response.Headers.ETag = "\"v1\"";
            response.Headers.Location = "/elsewhere";
            response.Headers.RetryAfter = "3";
            return TypedResults.StatusCode(201);
        }

        [Function("Letters")]
        public IResult GetLetters([HttpTrigger("get", Route = "letters")] HttpRequest request) =>
            TypedResults.Bytes(Letters, "text/plain", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue("\"v1\""));

        [Function("Echo")]
        public IResult Echo([HttpTrigger("post", Route = "echo")] HttpRequest request)
        {
            request.HttpContext.Response.Headers["X-Length"] = request.ContentLength?.ToString(provider: null) ?? "none";
            return TypedResults.Stream(request.Body);
        }
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsThrough { get; set; }
    }

    internal sealed class Events(Gate gate)
    {
        [Function("Events")]
        public async Task Run([HttpTrigger("get", Route = "events")] HttpRequest request)
        {
            var response = request.HttpContext.Response;
            response.ContentType = "text/event-stream";
            await response.WriteAsync("data: 1\n\n");
            await response.Body.FlushAsync();
            await gate.Open.Task;
            gate.IsThrough = true;
            await response.WriteAsync("data: 2\n\n");
        }
    }
}
