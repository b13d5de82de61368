using ProCode.Testing;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>From start to stop.</summary>
public abstract class LifecycleSuite<TLanguage>
    where TLanguage : IAgentLanguage
{
    [Fact]
    public async Task Start_WhileTheStartUpFunctionRuns_IsAliveButNotReady()
    {
        using var folder = new TestFolder();
        await using var agent = await RunningAgent.StartAsync<TLanguage>("slow-start", ("CONFORMANCE_FILE", folder["go"]));
        Assert.Equal(200, (await agent.GetAsync("/health")).Status);
        var ready = await agent.GetAsync("/ready");
        Assert.Equal((503, "starting"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        var refused = await agent.InvokeAsync(new { @do = "echo" });
        Assert.Equal((503, "NOT_READY"), refused.Failure);
        Assert.True(int.Parse(refused.Headers["Retry-After"], null) >= 1);

        await File.WriteAllTextAsync(folder["go"], "");
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        Assert.Equal(200, (await agent.InvokeAsync(new { @do = "echo" })).Status);
    }

    [Fact]
    public async Task Start_StartUpFunctionFails_EndsWith1()
    {
        await using var agent = await RunningAgent.LaunchAsync<TLanguage>("failing-start");
        Assert.Equal(1, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("PORT", "http")]
    [InlineData("PORT", "70000")]
    [InlineData("PROCODE_MAX_BODY_BYTES", "1 MB")]
    [InlineData("PROCODE_MAX_BODY_BYTES", "1.5")]
    [InlineData("PROCODE_MAX_INVOCATIONS", "0")]
    [InlineData("PROCODE_INVOKE_SECONDS", "-1")]
    [InlineData("PROCODE_STOP_SECONDS", "NaN")]
    [InlineData("PROCODE_READ_SECONDS", "")]
    [InlineData("PROCODE_LOG_LEVEL", "loud")]
    public async Task Start_SettingThatCantBeUsed_IsRefusedByName(string name, string value)
    {
        await using var agent = await RunningAgent.LaunchAsync<TLanguage>("plain", (name, value));
        Assert.Equal(78, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(30)));
        var line = await agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "agent.refused");
        Assert.Contains(name, RunningAgent.Text(line, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_Idle_EndsWith0()
    {
        await using var agent = await RunningAgent.StartAsync<TLanguage>();
        await agent.GetAsync("/health"); // The client keeps its connection: that is no reason to stay.
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(["agent.started", "agent.stopping", "agent.stopped"], agent.Log.Select(line => RunningAgent.Text(line, "event")).Where(name => name is not null));
    }

    [Fact]
    public async Task Terminate_DuringAnInvocation_LetsItFinish()
    {
        using var folder = new TestFolder();
        await using var agent = await StartAsync("plain");
        var running = agent.InvokeAsync(new { @do = "wait", value = folder["go"] });
        await agent.WaitForMessageAsync("wait began");
        await agent.TerminateAsync();
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 503);
        Assert.Equal("stopping", (await agent.GetAsync("/ready")).Json.GetProperty("status").GetString());
        Assert.Equal(200, (await agent.GetAsync("/health")).Status);
        Assert.Equal((503, "NOT_READY"), (await agent.InvokeAsync(new { @do = "echo" })).Failure);

        await File.WriteAllTextAsync(folder["go"], "");
        Assert.Equal(200, (await running).Status);
        Assert.Equal(0, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Terminate_DuringAStream_LetsItFinish()
    {
        using var folder = new TestFolder();
        await using var agent = await StartAsync("stream");
        await using var stream = await agent.OpenStreamAsync(new { @do = "wait", value = folder["go"] });
        Assert.NotNull(await stream.NextAsync());
        await agent.TerminateAsync();
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 503);
        await File.WriteAllTextAsync(folder["go"], "");
        Assert.Equal(["message", "end"], (await stream.RestAsync()).Select(one => one.Event));
        Assert.Equal(0, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("block")]
    public async Task Terminate_InvocationThatDoesNotFinish_IsCutOffWith1(string what)
    {
        await using var agent = await StartAsync("plain", ("PROCODE_STOP_SECONDS", "0.5"));
        var running = agent.InvokeAsync(new { @do = what, value = "/no/such/file" });
        await agent.WaitForMessageAsync("wait began");
        await agent.TerminateAsync();
        Assert.Equal((503, "NOT_READY"), (await running).Failure);
        Assert.Equal(1, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Terminate_StreamThatDoesNotFinish_EndsWithTheErrorEvent()
    {
        await using var agent = await StartAsync("stream", ("PROCODE_STOP_SECONDS", "0.5"));
        await using var stream = await agent.OpenStreamAsync(new { @do = "forever" });
        Assert.NotNull(await stream.NextAsync());
        await agent.TerminateAsync();
        var last = (await stream.RestAsync())[^1];
        Assert.Equal(("error", "NOT_READY"), (last.Event, last.Data.GetProperty("error").GetString()));
        Assert.Equal(1, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
        await agent.WaitForMessageAsync("generator closed");
    }

    [Fact]
    public async Task Terminate_Twice_CutsOffAtOnce()
    {
        await using var agent = await StartAsync("plain");
        var running = agent.InvokeAsync(new { @do = "wait", value = "/no/such/file" });
        await agent.WaitForMessageAsync("wait began");
        await agent.TerminateAsync();
        await agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "agent.stopping");
        await agent.TerminateAsync();
        Assert.Equal((503, "NOT_READY"), (await running).Failure);
        Assert.Equal(1, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Terminate_WhileStarting_EndsIt()
    {
        await using var agent = await RunningAgent.StartAsync<TLanguage>("slow-start", ("CONFORMANCE_FILE", "/no/such/file"), ("PROCODE_STOP_SECONDS", "0.5"));
        await agent.TerminateAsync();
        await agent.Exited.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<RunningAgent> StartAsync(string mode, params (string, string)[] settings)
    {
        var agent = await RunningAgent.StartAsync<TLanguage>(mode, settings);
        await WaitFor.Async(async () => await agent.ReadinessAsync() == 200);
        return agent;
    }
}
