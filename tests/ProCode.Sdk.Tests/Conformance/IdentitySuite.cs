using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>Request ids, traces, logs.</summary>
public abstract partial class IdentitySuite<TLanguage>(SharedAgents<TLanguage> agents) : IClassFixture<SharedAgents<TLanguage>>
    where TLanguage : IAgentLanguage
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";

    private RunningAgent Agent => agents.Plain;

    [Theory]
    [InlineData("a.B_c-9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task RequestId_OfTheCaller_IsKept(string id)
    {
        var answer = await Agent.InvokeAsync(new { @do = "context" }, ("X-Request-Id", id));
        Assert.Equal((id, id), (answer.Headers["X-Request-Id"], answer.Json.GetProperty("requestId").GetString()));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData(null)]
    public async Task RequestId_MissingOrHarmful_IsANewOne(string? id)
    {
        (string, string)[] headers = id is null ? [] : [("X-Request-Id", id)];
        var ids = new[] { await Agent.InvokeAsync(new { @do = "context" }, headers), await Agent.GetAsync("/nowhere", headers) }.Select(answer => answer.Headers["X-Request-Id"]).ToList();
        Assert.All(ids, made => Assert.Matches(RequestId(), made));
        Assert.DoesNotContain(id, ids);
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Theory]
    [InlineData($"00-{Trace}-{Span}-01", "01")]
    [InlineData($"00-{Trace}-{Span}-00", "00")]
    [InlineData($"00-{Trace}-{Span}-ff", "01")]
    [InlineData($"cc-{Trace}-{Span}-01-what-the-future-brings", "01")]
    public async Task Traceparent_Valid_GoesOnWithANewSpan(string given, string flags)
    {
        var answer = await Agent.InvokeAsync(new { @do = "context" }, ("traceparent", given), ("tracestate", "vendor=x"));
        var parts = answer.Json.GetProperty("traceparent").GetString()!.Split('-');
        Assert.Equal(("00", Trace, flags), (parts[0], parts[1], parts[3]));
        Assert.Matches(SpanId(), parts[2]);
        Assert.NotEqual(Span, parts[2]);
        Assert.Equal("vendor=x", answer.Json.GetProperty("tracestate").GetString());
        var id = answer.Headers["X-Request-Id"];
        var line = await Agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "invocation.finished" && RunningAgent.Text(line, "requestId") == id);
        Assert.Equal((parts[1], parts[2]), (RunningAgent.Text(line, "traceId"), RunningAgent.Text(line, "spanId")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData($"00-{Trace}-{Span}-01-more")]
    [InlineData($"00-{Trace}-{Span}-0")]
    [InlineData($"ff-{Trace}-{Span}-01")]
    [InlineData($"cc-{Trace}-{Span}-01more")]
    [InlineData($"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00-4BF92F3577B34DA6A3CE929D0E0E4736-{Span}-01")]
    public async Task Traceparent_MissingOrInvalid_BeginsANewTrace(string? given)
    {
        (string, string)[] headers = given is null ? [("tracestate", "vendor=x")] : [("traceparent", given), ("tracestate", "vendor=x")];
        var answer = await Agent.InvokeAsync(new { @do = "context" }, headers);
        var made = answer.Json.GetProperty("traceparent").GetString()!;
        Assert.Matches(NewTrace(), made);
        Assert.DoesNotContain(Trace, made, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("tracestate").ValueKind);
    }

    [Fact]
    public async Task Context_OfAnInvocation_HasATimeLeftAndIsNotCancelled()
    {
        var context = (await Agent.InvokeAsync(new { @do = "context" })).Json;
        Assert.InRange(context.GetProperty("deadline").GetDouble(), 100, 120);
        Assert.False(context.GetProperty("cancelled").GetBoolean());
    }

    [Fact]
    public async Task Log_OfAnInvocation_HasItsIdsTimesAndFields()
    {
        var text = $"a line\nwith \"quotes\" and 中 {Guid.NewGuid():N}";
        var answer = await Agent.InvokeAsync(new { @do = "log", value = text });
        var line = await Agent.WaitForMessageAsync(text);
        Assert.Equal(("info", answer.Headers["X-Request-Id"]), (RunningAgent.Text(line, "level"), RunningAgent.Text(line, "requestId")));
        Assert.Equal(text, line.GetProperty("fields").GetProperty("again").GetString());
        Assert.Matches(SpanId(), RunningAgent.Text(line, "spanId"));
        var time = RunningAgent.Text(line, "time")!;
        Assert.EndsWith("Z", time, StringComparison.Ordinal);
        Assert.InRange(DateTimeOffset.Parse(time, null), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        var finished = await Agent.WaitForLineAsync(
            other => RunningAgent.Text(other, "event") == "invocation.finished" && RunningAgent.Text(other, "requestId") == answer.Headers["X-Request-Id"]);
        Assert.Equal((200, JsonValueKind.Null), (finished.GetProperty("status").GetInt32(), finished.GetProperty("error").ValueKind));
        Assert.True(finished.GetProperty("durationMs").GetDouble() >= 0);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("fail")]
    public async Task Log_ASecretVariablesValue_IsMasked(string what)
    {
        var marker = Guid.NewGuid().ToString("N");
        var answer = await Agent.InvokeAsync(new { @do = what, value = $"{marker} key={SharedAgents<TLanguage>.Secret}!" });
        await Agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "invocation.finished" && RunningAgent.Text(line, "requestId") == answer.Headers["X-Request-Id"]);
        Assert.Contains(Agent.Lines, line => line.Contains($"{marker} key=***!", StringComparison.Ordinal));
        Assert.DoesNotContain(Agent.Lines, line => line.Contains(SharedAgents<TLanguage>.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_OfARequest_HoldsNeitherBodyNorHeadersNorQuery()
    {
        var marker = Guid.NewGuid().ToString("N");
        (string, string)[] headers = [("Authorization", $"Bearer {marker}"), ("Cookie", marker)];
        await Agent.SendAsync(HttpMethod.Post, $"/invoke?token={marker}", new StringContent($$"""{"do":"echo","value":"{{marker}}"}""", null, "application/json"), headers);
        await Agent.PostAsync($$"""{"do":"{{marker}}","x{{marker}}":1}""", headers: headers);
        var last = await Agent.PostAsync(marker, headers: headers);
        await Agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "invocation.finished" && RunningAgent.Text(line, "requestId") == last.Headers["X-Request-Id"]);
        Assert.DoesNotContain(Agent.Lines, line => line.Contains(marker, StringComparison.Ordinal));
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex RequestId();

    [GeneratedRegex("^(?!0{16})[0-9a-f]{16}$")]
    private static partial Regex SpanId();

    [GeneratedRegex("^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$")]
    private static partial Regex NewTrace();
}
