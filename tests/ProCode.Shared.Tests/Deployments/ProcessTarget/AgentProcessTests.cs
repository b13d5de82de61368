
namespace ProCode.Deployments.ProcessTarget;

public sealed class AgentProcessTests
{
    [Theory]
    [InlineData("12 (python3) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987 1000", 12, 'S', 12, 987)]
    [InlineData("7 (a) b (c)) Z 1 7 3 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 18446744073709551615 1000", 7, 'Z', 3, ulong.MaxValue)]
    public void Parse_StatLine_GivesItsFields(string line, int pid, char state, int session, ulong start) =>
        Assert.Equal(new ProcStat(pid, state, session, start), ProcStat.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("12 python3 S 1")]
    [InlineData("12 (python3) S 1 12 12")]
    [InlineData(")12(")]
    public void Parse_NoStatLine_IsNull(string line) => Assert.Null(ProcStat.Parse(line));

    [Fact]
    public async Task Stop_PidOfAnotherProcess_LeavesItAlone()
    {
        // This test program's own pid under another start time: were it taken for the agent, the tests would end here.
        var self = ProcStat.Read(Environment.ProcessId)!;
        var agent = new AgentProcess(self.Pid, self.StartTicks - 1, 1);

        Assert.False(agent.IsAlive);
        Assert.Empty(agent.Members());
        await agent.StopAsync(TimeProvider.System, default);
        Assert.True((agent with { StartTicks = self.StartTicks }).IsAlive);
    }

    [Fact]
    public async Task ListeningSocket_PortOfAnotherProcess_IsNotTheAgents()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var target = harness.NewTarget();
        await target.CreateAsync(await harness.RequestAsync("one", Agents.Good("v1")), default);
        await harness.SettledAsync(target, "one");
        var agent = harness.Process("one");

        Assert.True(ListeningSocket.IsOf(agent));
        Assert.False(ListeningSocket.IsOf(agent with { Port = harness.Callbacks.Url.Port }));
    }
}
