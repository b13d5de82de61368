using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ProCode.Dev.Api;

namespace ProCode.Functions.Tests.Http;

/// <summary>What every endpoint has in common, through HTTP at one of them.</summary>
public sealed class EdgeTests(SharedStack stack)
{
    private const string Path = "credentials";

    [Theory]
    [InlineData(null)]
    [InlineData("pck_00000000000000000000000000000000")]
    [InlineData("garbage")]
    public async Task Request_WithoutAValidKey_Is401(string? key)
    {
        using var client = stack.ClientWith(key);

        var answer = await client.SendAsync(HttpMethod.Get, Path);

        Assert.Equal((HttpStatusCode.Unauthorized, 40101, "ERR_401_001"), (answer.Status, answer.Code, answer.Error));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Request_WithAnId_HearsItAgain()
    {
        var answer = await SendAsync(HttpMethod.Get, shape: request => request.Headers.Add("X-Request-Id", "my-request_1.2"));

        Assert.Equal("my-request_1.2", answer.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal("my-request_1.2", answer.Envelope.GetProperty("requestId").GetString());
    }

    [Theory]
    [InlineData("with blanks")]
    [InlineData("\"quoted\"")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Request_WithAStrangeId_GetsAnotherOne(string id)
    {
        var answer = await SendAsync(HttpMethod.Get, shape: request => request.Headers.TryAddWithoutValidation("X-Request-Id", id));

        Assert.Matches("^[0-9a-f]{32}$", answer.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task Request_ToNowhere_Is404() => Assert.Equal(HttpStatusCode.NotFound, (await stack.Client.SendAsync(HttpMethod.Get, "nowhere")).Status);

    [Fact]
    public async Task Post_BodyThatSaysItIsTooLong_Is413BeforeItIsSent()
    {
        var answer = await SendAsync(HttpMethod.Post, Json(new string(' ', (1024 * 1024) + 1)), request => request.Headers.ExpectContinue = true);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "ERR_413_001"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Post_ChunkedBodyThatIsTooLong_Is413()
    {
        var answer = await SendAsync(HttpMethod.Post, Json(new string(' ', (1024 * 1024) + 1)), request => request.Headers.TransferEncodingChunked = true);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "ERR_413_001"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("", null)]
    [InlineData("""{"nmae":"x"}""", "nmae")]
    [InlineData("""{"name":"x","kind":"tokn"}""", "kind")]
    [InlineData("""{"name":7}""", "name")]
    public async Task Post_WrongBody_Is400NamingTheField(string body, string? field)
    {
        var answer = await SendAsync(HttpMethod.Post, Json(body));

        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
        var details = answer.Envelope.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString());
        Assert.Equal(field is null ? [] : [field], details);
    }

    [Fact]
    public async Task Post_OtherContentType_Is400() =>
        Assert.Equal(1001, (await SendAsync(HttpMethod.Post, new StringContent("{}", Encoding.UTF8, "text/plain"))).Code);

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?other=1", "other")]
    [InlineData("?continuation=garbage", "continuation")]
    public async Task Get_WrongQuery_Is400NamingTheParameter(string query, string parameter)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, Path + query);

        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
        Assert.Equal(parameter, answer.Envelope.GetProperty("details")[0].GetProperty("field").GetString());
    }

    private static ByteArrayContent Json(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private Task<ApiAnswer> SendAsync(HttpMethod method, HttpContent? body = null, Action<HttpRequestMessage>? shape = null) =>
        stack.Client.SendAsync(method, Path, body, shape);
}
