using System.Net;
using System.Text;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

public sealed class LowCodeConfigTests(SharedStack stack)
{
    [Fact]
    public async Task PutLowCodeConfig_AnyJson_IsTheNextVersionAndComesBackAsItWas()
    {
        var path = await PathAsync();
        var empty = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, 0, false), (empty.Status, empty.Data.GetProperty("version").GetInt32(), empty.Data.TryGetProperty("flow", out _)));

        var first = await PutAsync(path, """{"flow":{"start":["a",1.50,null,true]},"nodes":[],"knowledgeBase":"知识"}""", empty.ETag);
        var second = await PutAsync(path, """{"nodes":7}""", first.ETag);

        Assert.Equal((1, 2), (Version(first), Version(second)));
        var read = (await stack.Client.SendAsync(HttpMethod.Get, $"{path}?version=1")).Data;
        Assert.Equal("""{"start":["a",1.50,null,true]}""", read.GetProperty("flow").GetRawText());
        Assert.Equal(("[]", "知识"), (read.GetProperty("nodes").GetRawText(), read.GetProperty("knowledgeBase").GetString()));
        var current = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((second.Data.GetRawText(), second.ETag), (current.Data.GetRawText(), current.ETag));
        Assert.Equal(HttpStatusCode.NotModified, (await stack.Client.SendAsync(
            HttpMethod.Get, path, shape: request => request.Headers.TryAddWithoutValidation("If-None-Match", second.ETag))).Status);
    }

    [Fact]
    public async Task PutLowCodeConfig_TenOfOneVersionAtOnce_OneWins()
    {
        var path = await PathAsync();
        var seen = (await stack.Client.SendAsync(HttpMethod.Get, path)).ETag;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PutAsync(path, $$"""{"flow":{{i}}}""", seen)));

        Assert.Equal(1, Version(Assert.Single(answers, answer => answer.IsSuccess)));
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Equal((HttpStatusCode.PreconditionFailed, 41201), (answer.Status, answer.Code)));
    }

    [Fact]
    public async Task PutLowCodeConfig_HalfAMebibyte_IsTakenAndNoMore()
    {
        var path = await PathAsync();
        var text = new string('x', (512 * 1024) - """{"flow":""}""".Length);

        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, $$"""{"flow":"{{text}}"}""")).Status);
        Assert.Equal(text, (await stack.Client.SendAsync(HttpMethod.Get, path)).Data.GetProperty("flow").GetString());
        var tooLong = await PutAsync(path, $$"""{"flow":"{{text}}x"}""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 41301), (tooLong.Status, tooLong.Code));
    }

    [Theory]
    [InlineData("""{"flow":{},"edges":[]}""", "edges")]
    [InlineData("""{"flow":1,"flow":2}""", "flow")]
    [InlineData("[]", "body")]
    [InlineData("""{"flow":{"\ud800":1}}""", "flow")]
    public async Task PutLowCodeConfig_AWrongShape_NamesTheField(string body, string field)
    {
        var answer = await PutAsync(await PathAsync(), body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Envelope.GetProperty("details")[0].GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("""{"flow":"\ud800"}""")]
    [InlineData("""{"flow":{"nodes":[1,{"text":"\udc00\ud800"}]}}""")]
    public async Task PutLowCodeConfig_ATextThatIsNotUnicode_IsRefused(string body)
    {
        var answer = await PutAsync(await PathAsync(), body);
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code!.Value));
    }

    [Fact]
    public async Task PutLowCodeConfig_TooDeep_IsRefused()
    {
        var path = await PathAsync();
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, Nested(31))).Status);
        Assert.True((await stack.Client.SendAsync(HttpMethod.Get, path)).IsSuccess);
        Assert.Equal((HttpStatusCode.BadRequest, 1001), ((await PutAsync(path, Nested(32))) is var answer ? (answer.Status, answer.Code!.Value) : default));
    }

    [Fact]
    public async Task LowCodeConfig_OfAProCodeApp_Says1004()
    {
        var release = await stack.Stack.CreateReleaseAsync();
        var path = $"apps/{release.App.Id}/lowcode-config";
        foreach (var answer in new[] { await stack.Client.SendAsync(HttpMethod.Get, path), await PutAsync(path, "{}") })
            Assert.Equal((HttpStatusCode.Conflict, 1004, "DEV_MODE_FIXED"), (answer.Status, answer.Code, answer.Error));
    }

    [Fact]
    public async Task LowCodeConfig_OfNoAppOrNoVersion_Is404()
    {
        var path = await PathAsync();
        foreach (var unknown in new[] { "apps/999999/lowcode-config", $"{path}?version=1" })
            Assert.Equal((HttpStatusCode.NotFound, 40401), ((await stack.Client.SendAsync(HttpMethod.Get, unknown)) is var answer ? (answer.Status, answer.Code!.Value) : default));
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync("apps/999999/lowcode-config", "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(HttpMethod.Get, $"{path}?version=-1")).Status);
    }

    [Fact]
    public async Task LowCodeConfig_WithoutAKey_Is401()
    {
        using var anonymous = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Get, "apps/1/lowcode-config")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.SendAsync(HttpMethod.Put, "apps/1/lowcode-config", new { })).Status);
    }

    private static string Nested(int depth) => $$"""{"flow":{{new string('[', depth)}}{{new string(']', depth)}}}""";

    private static int Version(ApiAnswer answer) => answer.Data.GetProperty("version").GetInt32();

    private async Task<string> PathAsync()
    {
        var app = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("lowcode"), devMode = "low-code" });
        return $"apps/{app.Data.GetProperty("id").GetInt64()}/lowcode-config";
    }

    private Task<ApiAnswer> PutAsync(string path, string body, string? ifMatch = null) => stack.Client.SendAsync(
        HttpMethod.Put, path, new StringContent(body, Encoding.UTF8, "application/json"),
        request => { if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch); });
}
