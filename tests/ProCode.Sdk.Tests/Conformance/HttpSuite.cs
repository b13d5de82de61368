namespace ProCode.Sdk.Tests.Conformance;

/// <summary>The protocol itself, against clients that get it wrong by accident or on purpose. Whatever they send, the function doesn't run and the agent lives on.</summary>
public abstract class HttpSuite<TLanguage>(SharedAgents<TLanguage> agents) : IClassFixture<SharedAgents<TLanguage>>
    where TLanguage : IAgentLanguage
{
    private const string Body = """{"do":"log","value":"it ran"}""";
    private const string Head = "POST /invoke HTTP/1.1\nHost: a\nContent-Type: application/json\n";

    private RunningAgent Agent => agents.Plain;

    [Theory]
    [InlineData("two lengths", $"{Head}Content-Length: 29\nContent-Length: 5\n\n{Body}")]
    [InlineData("two equal lengths in one", $"{Head}Content-Length: 29, 29\n\n{Body}")]
    [InlineData("length and chunks", $"{Head}Content-Length: 29\nTransfer-Encoding: chunked\n\n1d\n{Body}\n0\n\n")]
    [InlineData("negative length", $"{Head}Content-Length: -1\n\n{Body}")]
    [InlineData("signed length", $"{Head}Content-Length: +29\n\n{Body}")]
    [InlineData("hexadecimal length", $"{Head}Content-Length: 0x1d\n\n{Body}")]
    [InlineData("underscored length", $"{Head}Content-Length: 2_9\n\n{Body}")]
    [InlineData("endless length", $"{Head}Content-Length: 99999999999999999999999999999999\n\n{Body}")]
    [InlineData("chunk size that is no number", $"{Head}Transfer-Encoding: chunked\n\nzz\n{Body}\n0\n\n")]
    [InlineData("negative chunk", $"{Head}Transfer-Encoding: chunked\n\n-1d\n{Body}\n0\n\n")]
    [InlineData("chunk without size", $"{Head}Transfer-Encoding: chunked\n\n\n{Body}\n0\n\n")]
    [InlineData("chunk longer than said", $"{Head}Transfer-Encoding: chunked\n\n1c\n{Body}\n0\n\n")]
    [InlineData("unknown coding", $"{Head}Transfer-Encoding: gzip\n\n{Body}")]
    [InlineData("chunked twice", $"{Head}Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n1d\n{Body}\n0\n\n")]
    [InlineData("no host", $"POST /invoke HTTP/1.1\nContent-Type: application/json\nContent-Length: 29\n\n{Body}")]
    [InlineData("space before colon", $"{Head}Content-Length : 29\n\n{Body}")]
    [InlineData("folded header", $"{Head}X-A: 1\n 2\nContent-Length: 29\n\n{Body}")]
    [InlineData("header without colon", $"{Head}nonsense\nContent-Length: 29\n\n{Body}")]
    [InlineData("another protocol", "POST /invoke SPDY/9\nHost: a\n\n")]
    [InlineData("no protocol", "GET /health\n\n")]
    [InlineData("nonsense", "\u0016\u0003\u0001\u0002\u0000\u0001\n\n")]
    public async Task Request_ThatIsNotHttp_IsRefusedAndRunsNothing(string what, string request)
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        await connection.SendAsync(request);
        if (await connection.ReadAnswerAsync() is { } answer)
        {
            Assert.True(answer.Status is 400 or 413 or 501 or 505, $"{what}: {answer.Status}");
            Assert.True(await connection.IsClosedByAgentAsync(), $"{what}: the connection is still open");
        }
        Assert.Equal(200, (await Agent.GetAsync("/health")).Status);
        Assert.DoesNotContain(Agent.Lines, line => line.Contains("it ran", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one header", 1, 20_000)]
    [InlineData("many headers", 3_000, 10)]
    public async Task Request_HeadersTooLarge_IsRefused(string what, int count, int length)
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        var headers = string.Concat(Enumerable.Range(0, count).Select(n => $"X-{n}: {new string('a', length)}\n"));
        await connection.SendAsync($"GET /health HTTP/1.1\nHost: a\n{headers}\n");
        if (await connection.ReadAnswerAsync() is { } answer) Assert.True(answer.Status is 431, $"{what}: {answer.Status}");
        Assert.Equal(200, (await Agent.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Request_PathTooLong_IsRefused()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        await connection.SendAsync($"GET /{new string('a', 20_000)} HTTP/1.1\nHost: a\n\n");
        if (await connection.ReadAnswerAsync() is { } answer) Assert.True(answer.Status is 414 or 431, $"{answer.Status}");
        Assert.Equal(200, (await Agent.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Request_Pipelined_IsAnsweredInOrder()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        const string Echo = """{"do":"echo","value":1}""";
        await connection.SendAsync($"GET /health HTTP/1.1\nHost: a\n\n{Head}Content-Length: {Echo.Length}\n\n{Echo}GET /nowhere HTTP/1.1\nHost: a\n\nGET /ready HTTP/1.1\nHost: a\nConnection: close\n\n");
        var statuses = new List<int>();
        while (await connection.ReadAnswerAsync() is { } answer) statuses.Add(answer.Status);
        Assert.Equal([200, 200, 404, 200], statuses);
    }

    [Fact]
    public async Task Request_Head_HasTheHeadersAndNoBody()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        await connection.SendAsync("HEAD /health HTTP/1.1\nHost: a\n\nGET /health HTTP/1.1\nHost: a\nConnection: close\n\n");
        var all = await connection.ReadToEndAsync();
        Assert.Equal(2, all.Split("HTTP/1.1 200").Length - 1);
        Assert.Equal(1, all.Split("\"status\"").Length - 1);
    }

    [Fact]
    public async Task Request_Expecting100_IsToldToGoOn()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        const string Echo = """{"do":"echo","value":1}""";
        await connection.SendAsync($"{Head}Expect: 100-continue\nContent-Length: {Echo.Length}\n\n");
        Assert.Equal(100, (await connection.ReadAnswerAsync())!.Status);
        await connection.SendAsync(Echo);
        Assert.Equal(200, (await connection.ReadAnswerAsync())!.Status);
    }

    [Fact]
    public async Task Request_BodyThatEndsEarly_RunsNothing()
    {
        using (var connection = await RawConnection.OpenAsync(Agent))
        {
            await connection.SendAsync($"{Head}Content-Length: 40\n\n{Body}");
            connection.EndSending();
            if (await connection.ReadAnswerAsync() is { } answer) Assert.Equal(400, answer.Status);
        }
        Assert.Equal(200, (await Agent.GetAsync("/health")).Status);
        Assert.DoesNotContain(Agent.Lines, line => line.Contains("it ran", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_WithABodyNobodyWants_LeavesTheNextOneAlone()
    {
        using var connection = await RawConnection.OpenAsync(Agent);
        await connection.SendAsync("POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 33\n\nGET /health HTTP/1.1\nHost: evil\n\n");
        Assert.Equal(404, (await connection.ReadAnswerAsync())!.Status);
        await connection.SendAsync("GET /ready HTTP/1.1\nHost: a\n\n");
        if (await connection.ReadAnswerAsync() is { } next) Assert.Contains("ready", next.Body, StringComparison.Ordinal);
    }
}
