using System.Text.Json;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>POST /invoke and the three GETs, as an ordinary client sees them.</summary>
public abstract class InvokeSuite<TLanguage>(SharedAgents<TLanguage> agents) : IClassFixture<SharedAgents<TLanguage>>
    where TLanguage : IAgentLanguage
{
    private const string EventStream = "text/event-stream";

    private RunningAgent Agent => agents.Plain;

    [Theory]
    [InlineData("""{"a":[1,2.5,-1,null,true,"é 中 \ud83d\ude00 \u0000 \" \\"]}""")]
    [InlineData("123456789012345")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public async Task Invoke_AnyJson_ComesBackAsItWas(string value)
    {
        var answer = await Agent.PostAsync($$"""{"do":"echo","value":{{value}}}""");
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(value).RootElement, answer.Json.GetProperty("echo")), answer.Body);
    }

    [Fact]
    public async Task Invoke_OnOneConnectionAgainAndAgain_AnswersEach()
    {
        for (var n = 0; n < 20; n++)
            Assert.Equal(n, (await Agent.InvokeAsync(new { @do = "echo", value = n })).Json.GetProperty("echo").GetInt32());
    }

    [Fact]
    public async Task Invoke_ChunkedBody_IsRead()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        await connection.SendAsync("POST /invoke HTTP/1.1\nHost: a\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n");
        await connection.SendAsync("6;ext=\"x\"\n{\"do\":\n");
        await connection.SendAsync("7\n\"echo\"}\n0\nTrailer: x\n\n");
        Assert.Equal((200, """{"echo":null}"""), (await connection.ReadAnswerAsync() is { } answer ? (answer.Status, answer.Body.Replace(" ", "", StringComparison.Ordinal)) : default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("""{"do":"echo","value":NaN}""")]
    [InlineData("""{"do":"echo","value":-Infinity}""")]
    [InlineData("""{"do":"echo","value":01}""")]
    [InlineData("""{"do":"echo",}""")]
    [InlineData("{'do':'echo'}")]
    [InlineData("\uFEFF{\"do\":\"echo\"}")]
    public async Task Invoke_WhatIsNotJson_Is400(string body) => Assert.Equal((400, "INVALID_JSON"), (await Agent.PostAsync(body)).Failure);

    [Fact]
    public async Task Invoke_BytesThatAreNotUtf8_Are400()
    {
        var content = new ByteArrayContent([.. "{\"do\":\"echo\",\"value\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        Assert.Equal((400, "INVALID_JSON"), (await Agent.SendAsync(HttpMethod.Post, "/invoke", content)).Failure);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public async Task Invoke_NestedWithoutEnd_Is400AndTheAgentLives(string level)
    {
        var answer = await Agent.PostAsync("""{"do":"echo","value":""" + string.Concat(Enumerable.Repeat(level, 100_000)));
        Assert.Equal((400, "INVALID_JSON"), answer.Failure);
        Assert.Equal(200, (await Agent.GetAsync("/health")).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonx")]
    [InlineData("json")]
    [InlineData(null)]
    public async Task Invoke_OtherContentType_Is415(string? type) =>
        Assert.Equal((415, "UNSUPPORTED_MEDIA_TYPE"), (await Agent.PostAsync("""{"do":"echo"}""", type)).Failure);

    [Theory]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/problem+json; charset=\"utf-8\"")]
    public async Task Invoke_JsonByAnotherSpelling_IsRead(string type) => Assert.Equal(200, (await Agent.PostAsync("""{"do":"echo"}""", type)).Status);

    [Theory]
    [InlineData(null, "application/json", "application/json")]
    [InlineData("*/*", "application/json", "application/json")]
    [InlineData("application/*", "application/json", "application/json")]
    [InlineData("text/event-stream", EventStream, EventStream)]
    [InlineData("Text/Event-Stream;q=0.5", EventStream, EventStream)]
    [InlineData("application/json, text/event-stream", "application/json", EventStream)]
    [InlineData("application/json;q=0.5, text/event-stream", EventStream, EventStream)]
    [InlineData("application/json, text/event-stream;q=0.5", "application/json", "application/json")]
    [InlineData("text/event-stream;q=0, */*", "application/json", "application/json")]
    [InlineData("application/json;q=0, text/event-stream;q=0.1, */*", EventStream, EventStream)]
    [InlineData("text/*", null, null)]
    [InlineData("text/html", null, null)]
    [InlineData("application/json;q=0", null, null)]
    public async Task Invoke_Accept_ChoosesTheForm(string? accept, string? ofPlain, string? ofStreaming)
    {
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];
        Assert.Equal(ofPlain, Form(await Agent.InvokeAsync(new { @do = "echo" }, headers)));
        Assert.Equal(ofStreaming, Form(await agents.Streaming.InvokeAsync(new { @do = "count", count = 1 }, headers)));

        static string? Form(AgentAnswer answer)
        {
            if (answer.Status == 200) return answer.Headers["Content-Type"].Split(';')[0];
            Assert.Equal((406, "NOT_ACCEPTABLE"), answer.Failure);
            return null;
        }
    }

    [Theory]
    [InlineData("GET", "/invoke", "POST")]
    [InlineData("DELETE", "/invoke", "POST")]
    [InlineData("OPTIONS", "/invoke", "POST")]
    [InlineData("POST", "/health", "GET, HEAD")]
    [InlineData("PUT", "/ready", "GET, HEAD")]
    [InlineData("PATCH", "/manifest", "GET, HEAD")]
    public async Task Request_WrongMethod_Is405WithAllow(string method, string path, string allow)
    {
        var answer = await Agent.SendAsync(new HttpMethod(method), path, null);
        Assert.Equal((405, "METHOD_NOT_ALLOWED"), answer.Failure);
        Assert.Equal(allow.Split(", "), answer.Headers["Allow"].Split(", ").Order());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/invoke/")]
    [InlineData("/Invoke")]
    [InlineData("//invoke")]
    [InlineData("/%69nvoke")]
    [InlineData("/x/../invoke")]
    [InlineData("/../../etc/passwd")]
    public async Task Request_UnknownPath_Is404(string path)
    {
        var answer = await Agent.GetAsync(path);
        Assert.Equal((404, "NOT_FOUND"), answer.Failure);
        Assert.Equal(answer.Headers["X-Request-Id"], answer.Json.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Request_WithAQuery_IsTheSame() => Assert.Equal(200, (await Agent.GetAsync("/health?x=/../y")).Status);

    [Fact]
    public async Task Health_AndReady_SayWhatTheyAre()
    {
        var health = (await Agent.GetAsync("/health")).Json;
        Assert.Equal(("ok", "conformance", "1.2.3"), (health.GetProperty("status").GetString(), health.GetProperty("name").GetString(), health.GetProperty("version").GetString()));
        Assert.Equal("ready", (await Agent.GetAsync("/ready")).Json.GetProperty("status").GetString());
        var head = await Agent.SendAsync(HttpMethod.Head, "/health", null);
        Assert.Equal((200, ""), (head.Status, head.Body));
    }

    [Fact]
    public async Task Manifest_OfBothKinds_SaysWhatTheyTake()
    {
        var (plain, streaming) = ((await Agent.GetAsync("/manifest")).Json, (await agents.Streaming.GetAsync("/manifest")).Json);
        Assert.Equal(
            (1, "conformance", "1.2.3", "Does what the suite asks."),
            (plain.GetProperty("contract").GetInt32(), plain.GetProperty("name").GetString(), plain.GetProperty("version").GetString(), plain.GetProperty("description").GetString()));
        Assert.Equal((false, true), (plain.GetProperty("streaming").GetBoolean(), streaming.GetProperty("streaming").GetBoolean()));
        Assert.Equal("do", Assert.Single(plain.GetProperty("input").GetProperty("required").EnumerateArray()).GetString());
        Assert.Equal("object", plain.GetProperty("output").GetProperty("type").GetString());
        Assert.All(["language", "version"], name => Assert.NotEmpty(plain.GetProperty("sdk").GetProperty(name).GetString()!));
    }

    [Fact]
    public async Task Invoke_AFunctionThatFails_Is500WithoutACause()
    {
        var answer = await Agent.InvokeAsync(new { @do = "fail", value = "the inner reason" });
        Assert.Equal((500, "AGENT_FAILED"), answer.Failure);
        Assert.DoesNotContain("inner reason", answer.Body, StringComparison.Ordinal);
        Assert.False(answer.Json.TryGetProperty("details", out _));
        var id = answer.Headers["X-Request-Id"];
        var line = await Agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "invocation.failed" && RunningAgent.Text(line, "requestId") == id);
        Assert.Contains("the inner reason", RunningAgent.Text(line, "trace"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("unwritable")]
    public async Task Invoke_OutputThatCantBe_Is500(string what) => Assert.Equal((500, "INVALID_OUTPUT"), (await Agent.InvokeAsync(new { @do = what })).Failure);

    [Fact]
    public async Task Invoke_ARefusal_Is422InTheAgentsWords()
    {
        var answer = await Agent.InvokeAsync(new { @do = "refuse" });
        Assert.Equal((422, "NO_SUCH_CITY"), answer.Failure);
        Assert.Equal("There is no such city.", answer.Json.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Invoke_ManyAtOnce_EachGetsItsOwn()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Agent.InvokeAsync(new { @do = "echo", value = n })));
        Assert.Equal(Enumerable.Range(0, 16), answers.Select(answer => answer.Json.GetProperty("echo").GetInt32()));
    }
}
