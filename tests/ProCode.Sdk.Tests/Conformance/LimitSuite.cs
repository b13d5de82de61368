using ProCode.Testing;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>The limits that settings set.</summary>
public abstract class LimitSuite<TLanguage>
    where TLanguage : IAgentLanguage
{
    private const string Head = "POST /invoke HTTP/1.1\nHost: a\nContent-Type: application/json\n";

    [Fact]
    public async Task Invoke_BodyTooLong_Is413HoweverItComes()
    {
        await using var agent = await StartAsync(("PROCODE_MAX_BODY_BYTES", "1000"), ("PROCODE_READ_SECONDS", "5"));
        var fits = """{"do":"echo"}""".PadRight(1000);
        Assert.Equal(200, (await agent.PostAsync(fits)).Status);
        Assert.Equal((413, "BODY_TOO_LARGE"), (await agent.PostAsync(fits + " ")).Failure);

        using var chunked = await RawConnection.OpenAsync(agent);
        await chunked.SendAsync($"{Head}Transfer-Encoding: chunked\n\n1F4\n{new string(' ', 500)}\n1F5\n{new string(' ', 501)}\n");
        Assert.Equal((413, "BODY_TOO_LARGE"), (await chunked.ReadAnswerAsync())!.Failure);

        using var announced = await RawConnection.OpenAsync(agent);
        await announced.SendAsync($"{Head}Expect: 100-continue\nContent-Length: 9999999999\n\n");
        Assert.Equal((413, "BODY_TOO_LARGE"), (await announced.ReadAnswerAsync())!.Failure);

        using var huge = await RawConnection.OpenAsync(agent);
        await huge.SendAsync($"{Head}Transfer-Encoding: chunked\n\nFFFFFFFFFFFFFFF\n");
        // Announced, but never sent: a parser that tells no chunk's size before its bytes (Node's) can only wait for them.
        Assert.True((await huge.ReadAnswerAsync()) is null or { Status: 413 or 400 or 408 });
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("half a head", "GET /health HT")]
    [InlineData("half a body", Head + "Content-Length: 10\n\n{")]
    [InlineData("half a chunk", Head + "Transfer-Encoding: chunked\n\n5\n{")]
    [InlineData("chunks without end", Head + "Transfer-Encoding: chunked\n\n1\n{\n")]
    public async Task Request_ThatTakesTooLong_IsGivenUp(string what, string sent)
    {
        await using var agent = await StartAsync(("PROCODE_READ_SECONDS", "0.3"));
        using var connection = await RawConnection.OpenAsync(agent);
        await connection.SendAsync(sent);
        if (await connection.ReadAnswerAsync() is { } answer) Assert.True(answer.Status is 408, $"{what}: {answer.Status}");
        Assert.True(await connection.IsClosedByAgentAsync());
    }

    [Fact]
    public async Task Request_ByteByByte_DoesNotBuyTime()
    {
        await using var agent = await StartAsync(("PROCODE_READ_SECONDS", "0.5"));
        using var connection = await RawConnection.OpenAsync(agent);
        await connection.SendAsync("GET /health HTTP/1.1\nHost: a\n");
        var closed = connection.IsClosedByAgentAsync();
        await WaitFor.Async(async () =>
        {
            await connection.SendAsync("X: y\n");
            return closed.IsCompleted;
        });
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("block")]
    public async Task Invoke_LongerThanItsLimit_Is504(string what)
    {
        using var folder = new TestFolder();
        await using var agent = await StartAsync(("PROCODE_INVOKE_SECONDS", "0.4"), ("PROCODE_MAX_INVOCATIONS", "1"));
        var answer = await agent.InvokeAsync(new { @do = what, value = folder["go"] });
        Assert.Equal((504, "TIMED_OUT"), answer.Failure);
        if (what == "wait")
        {
            await agent.WaitForMessageAsync("wait cancelled");
        }
        else
        {
            // What can't be interrupted keeps its place.
            Assert.Equal((503, "BUSY"), (await agent.InvokeAsync(new { @do = "echo" })).Failure);
            await File.WriteAllTextAsync(folder["go"], "");
        }
        await WaitFor.Async(async () => (await agent.InvokeAsync(new { @do = "echo" })).Status == 200);
    }

    [Fact]
    public async Task Stream_LongerThanItsLimit_EndsWithTheErrorEvent()
    {
        await using var agent = await RunningAgent.StartAsync<TLanguage>("stream", ("PROCODE_INVOKE_SECONDS", "0.5"));
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        await using var stream = await agent.OpenStreamAsync(new { @do = "forever" });
        var last = (await stream.RestAsync())[^1];
        Assert.Equal(("error", "TIMED_OUT"), (last.Event, last.Data.GetProperty("error").GetString()));
        await agent.WaitForMessageAsync("generator closed");
    }

    [Fact]
    public async Task Invoke_OutputTooLong_Is500()
    {
        await using var plain = await StartAsync(("PROCODE_MAX_OUTPUT_BYTES", "200"));
        Assert.Equal((500, "OUTPUT_TOO_LARGE"), (await plain.InvokeAsync(new { @do = "echo", value = new string('a', 200) })).Failure);
        Assert.Equal(200, (await plain.InvokeAsync(new { @do = "echo", value = new string('a', 100) })).Status);

        await using var streaming = await RunningAgent.StartAsync<TLanguage>("stream", ("PROCODE_MAX_OUTPUT_BYTES", "200"));
        await WaitFor.Async(async () => await streaming.ReadinessAsync() == 200);
        Assert.Equal((500, "OUTPUT_TOO_LARGE"), (await streaming.InvokeAsync(new { @do = "forever" })).Failure);
        await streaming.WaitForMessageAsync("generator closed");
        await using var events = await streaming.OpenStreamAsync(new { @do = "count", count = 100 });
        Assert.Equal(101, (await events.RestAsync()).Count);
    }

    [Fact]
    public async Task Invoke_AllPlacesTaken_Is503AndHealthAnswers()
    {
        using var folder = new TestFolder();
        await using var agent = await StartAsync(("PROCODE_MAX_INVOCATIONS", "2"));
        var running = Enumerable.Range(0, 2).Select(_ => agent.InvokeAsync(new { @do = "wait", value = folder["go"] })).ToList();
        await WaitFor.Async(() => agent.Log.Count(line => RunningAgent.Text(line, "message") == "wait began") == 2);

        var refused = await agent.InvokeAsync(new { @do = "echo" });
        Assert.Equal((503, "BUSY"), refused.Failure);
        Assert.True(int.Parse(refused.Headers["Retry-After"], null) >= 1);
        Assert.Equal((200, 200), ((await agent.GetAsync("/health")).Status, await agent.ReadinessAsync()));

        await File.WriteAllTextAsync(folder["go"], "");
        Assert.All(await Task.WhenAll(running), answer => Assert.Equal(200, answer.Status));
        await WaitFor.Async(async () => (await agent.InvokeAsync(new { @do = "echo" })).Status == 200);
    }

    [Fact]
    public async Task Invoke_CallerHangsUp_IsCancelled()
    {
        await using var agent = await StartAsync(("PROCODE_MAX_INVOCATIONS", "1"));
        using (var connection = await RawConnection.OpenAsync(agent))
        {
            const string Body = """{"do":"wait","value":"/no/such/file"}""";
            await connection.SendAsync($"{Head}Content-Length: {Body.Length}\n\n{Body}");
            await agent.WaitForMessageAsync("wait began");
        }
        await agent.WaitForMessageAsync("wait cancelled");
        await WaitFor.Async(async () => (await agent.InvokeAsync(new { @do = "echo" })).Status == 200);
    }

    private static async Task<RunningAgent> StartAsync(params (string, string)[] settings)
    {
        var agent = await RunningAgent.StartAsync<TLanguage>("plain", settings);
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        return agent;
    }
}
