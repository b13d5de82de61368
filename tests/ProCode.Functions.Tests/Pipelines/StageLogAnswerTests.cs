using System.Text;
using Microsoft.AspNetCore.Http;
using ProCode.Functions.Pipelines;
using ProCode.Pipelines.Logs;

namespace ProCode.Functions.Tests.Pipelines;

public sealed class StageLogAnswerTests
{
    [Fact]
    public async Task Execute_WithoutRange_IsTheWhole()
    {
        var (response, body) = await AnswerAsync(0, "some text", 9, isComplete: false);
        Assert.Equal((200, "some text", "text/plain; charset=utf-8", 9L), (response.StatusCode, body, response.ContentType, response.ContentLength));
        Assert.Equal(("bytes", "\"7\"", "false", ""), (Of(response, "Accept-Ranges"), Of(response, "ETag"), Of(response, "X-Log-Complete"), Of(response, "Content-Range")));
    }

    [Fact]
    public async Task Execute_WithRange_SaysWhichPartItIs()
    {
        var (response, body) = await AnswerAsync(5, "text", 9, isComplete: true, ("Range", "bytes=5-"));
        Assert.Equal((206, "text", "bytes 5-8/9", "true"), (response.StatusCode, body, Of(response, "Content-Range"), Of(response, "X-Log-Complete")));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 9)]
    [InlineData(20, 9)]
    public async Task Execute_NothingFromThere_Is416WithTheLength(long from, long total)
    {
        var (response, body) = await AnswerAsync(from, "", total, isComplete: false, ("Range", $"bytes={from}-"));
        Assert.Equal((416, "", $"bytes */{total}", 0L), (response.StatusCode, body, Of(response, "Content-Range"), response.ContentLength));
    }

    [Fact]
    public async Task Execute_KnownToTheClient_Is304()
    {
        var (response, body) = await AnswerAsync(0, "some text", 9, isComplete: true, ("If-None-Match", "\"7\""));
        Assert.Equal((304, "", "true"), (response.StatusCode, body, Of(response, "X-Log-Complete")));
    }

    [Theory]
    [InlineData("bytes=5-", 5, null)]
    [InlineData("bytes=5-9", 5, 5L)]
    [InlineData("bytes=-5", -1, null)]
    [InlineData("bytes=1-2,4-5", -1, null)]
    [InlineData("bytes=9-5", -1, null)]
    [InlineData("bytes=99999999999999999999-", -1, null)]
    [InlineData("bytes=0-9223372036854775807", 0, null)]
    [InlineData("lines=5-", -1, null)]
    [InlineData("nonsense", -1, null)]
    public void RangeOf_EachForm_IsUnderstoodOrLeftAlone(string header, long from, long? count)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Range = header;
        (long, long?)? expected = from < 0 ? null : (from, count);
        Assert.Equal(expected, StageLogAnswer.RangeOf(http.Request));

        http.Request.Headers.IfRange = "\"7\"";
        Assert.Null(StageLogAnswer.RangeOf(http.Request));
    }

    private static string Of(HttpResponse response, string header) => response.Headers[header].ToString();

    private static async Task<(HttpResponse Response, string Body)> AnswerAsync(
        long from, string text, long total, bool isComplete, params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        using var body = new MemoryStream();
        http.Response.Body = body;
        var bytes = Encoding.UTF8.GetBytes(text);
        await new StageLogAnswer(new StageLogReading("\"7\"", total, from, bytes.Length, new MemoryStream(bytes)), isComplete).ExecuteAsync(http);
        return (http.Response, Encoding.UTF8.GetString(body.ToArray()));
    }
}
