using ProCode.Testing;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>Answers that come event by event.</summary>
public abstract class StreamSuite<TLanguage>(SharedAgents<TLanguage> agents) : IClassFixture<SharedAgents<TLanguage>>
    where TLanguage : IAgentLanguage
{
    private RunningAgent Agent => agents.Streaming;

    [Fact]
    public async Task Stream_OfAStreamingAgent_IsAMessagePerValueThenEnd()
    {
        await using var stream = await Agent.OpenStreamAsync(new { @do = "count", count = 3 });
        Assert.Equal((200, "text/event-stream"), (stream.Status, stream.ContentType));
        Assert.Equal("no-store", stream.Response.Headers.CacheControl?.ToString());
        Assert.NotEmpty(Assert.Single(stream.Response.Headers.GetValues("X-Request-Id")));
        var events = await stream.RestAsync();
        Assert.Equal(["message 1", "message 2", "message 3"], events.SkipLast(1).Select(one => $"{one.Event} {one.Data.GetProperty("n").GetInt32()}"));
        Assert.Equal(("end", "{}"), (events[^1].Event, events[^1].Data.GetRawText()));
    }

    [Fact]
    public async Task Stream_OfAPlainAgent_IsItsOneValue()
    {
        await using var stream = await agents.Plain.OpenStreamAsync(new { @do = "echo", value = "a\r\nb\u2028c" });
        var events = await stream.RestAsync();
        Assert.Equal(["message", "end"], events.Select(one => one.Event));
        Assert.Equal("a\r\nb\u2028c", events[0].Data.GetProperty("echo").GetString());
    }

    [Fact]
    public async Task Invoke_AStreamingAgentForJson_IsTheArrayOfItsValues()
    {
        var answer = await Agent.InvokeAsync(new { @do = "count", count = 3 }, ("Accept", "application/json"));
        Assert.Equal([1, 2, 3], answer.Json.EnumerateArray().Select(value => value.GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task Stream_OverHttp10_EndsWithTheConnection()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        const string Body = """{"do":"count","count":2}""";
        await connection.SendAsync($"POST /invoke HTTP/1.0\nContent-Type: application/json\nAccept: text/event-stream\nContent-Length: {Body.Length}\n\n{Body}");
        var head = await connection.ReadAnswerAsync();
        Assert.Equal(200, head!.Status);
        Assert.False(head.Headers.ContainsKey("Transfer-Encoding"));
    }

    [Fact]
    public async Task Stream_EachValue_ComesBeforeTheNextIsMade()
    {
        using var folder = new TestFolder();
        await using var stream = await Agent.OpenStreamAsync(new { @do = "wait", value = folder["go"] });
        Assert.Equal(1, (await stream.NextAsync())!.Value.Data.GetProperty("n").GetInt32());
        await File.WriteAllTextAsync(folder["go"], "");
        Assert.Equal(["message", "end"], (await stream.RestAsync()).Select(one => one.Event));
    }

    [Theory]
    [InlineData("fail", "AGENT_FAILED")]
    [InlineData("refuse", "NO_SUCH_CITY")]
    [InlineData("wrong", "INVALID_OUTPUT")]
    public async Task Stream_FailureOnTheWay_IsTheLastEvent(string what, string code)
    {
        await using var stream = await Agent.OpenStreamAsync(new { @do = what, value = "the inner reason" });
        var events = await stream.RestAsync();
        Assert.Equal(["message", "error"], events.Select(one => one.Event));
        var error = events[1].Data;
        Assert.Equal((code, stream.Response.Headers.GetValues("X-Request-Id").Single()), (error.GetProperty("error").GetString(), error.GetProperty("requestId").GetString()));
        Assert.DoesNotContain("inner reason", error.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task Invoke_FailureBeforeTheFirstValue_HasItsStatus(string accept)
    {
        Assert.Equal((500, "AGENT_FAILED"), (await Agent.InvokeAsync(new { @do = "fail-first" }, ("Accept", accept))).Failure);
        Assert.Equal((400, "INVALID_INPUT"), (await Agent.InvokeAsync(new { @do = 5 }, ("Accept", accept))).Failure);
    }

    [Theory]
    [InlineData("forever")]
    [InlineData("wait")]
    public async Task Stream_CallerHangsUp_TheGeneratorIsClosed(string what)
    {
        await using var agent = await RunningAgent.StartAsync<TLanguage>("stream", ("PROCODE_MAX_INVOCATIONS", "1"));
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        await using (var stream = await agent.OpenStreamAsync(new { @do = what, value = "/no/such/file" }))
        {
            Assert.NotNull(await stream.NextAsync());
        }
        await agent.WaitForMessageAsync("generator closed");

        // Its place is free again.
        await WaitFor.Async(async () => (await agent.InvokeAsync(new { @do = "count", count = 1 })).Status == 200);
    }

    [Fact]
    public async Task Stream_CallerThatDoesNotRead_HoldsTheGeneratorBack()
    {
        await using var agent = await RunningAgent.StartAsync<TLanguage>("stream", ("PROCODE_INVOKE_SECONDS", "2"));
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        using var connection = await RawConnection.OpenAsync(agent);
        const string Body = """{"do":"forever"}""";
        await connection.SendAsync($"POST /invoke HTTP/1.1\nHost: a\nContent-Type: application/json\nAccept: text/event-stream\nContent-Length: {Body.Length}\n\n{Body}");

        // Nothing is read: the limit ends it all the same.
        await agent.WaitForMessageAsync("generator closed");
        var line = await agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "invocation.finished");
        Assert.Equal("TIMED_OUT", RunningAgent.Text(line, "error"));
    }
}
