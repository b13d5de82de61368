using Microsoft.Extensions.DependencyInjection;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>What instances under way have done, the orchestrators of today must do again. CONTRIBUTING.md says when to record anew.</summary>
public sealed class GoldenHistoryTests
{
    public static TheoryData<string> Files => [.. GoldenHistories.Files];

    public static TheoryData<string> Scenarios => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Replay_AGoldenHistory_GoesTheSameWay(string file) => ProductOrchestrators.Replay(GoldenHistories.Read(file));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Play_AScenario_TakesThePathsThatAreRecorded(string name)
    {
        var scenario = Scenario.All.Single(each => each.Name == name);
        var recorder = new RunRecorder();
        await using (var platform = await TestPlatform.StartAsync(scenario.Skips, engine => engine.AddSingleton(recorder)))
            await scenario.PlayAsync(platform);
        var played = GoldenHistories.Name([.. recorder.Runs.Where(scenario.IsAbout)]);
        if (GoldenHistories.Records)
        {
            GoldenHistories.Write(name, played);
            return;
        }

        var golden = GoldenHistories.Of(name);
        Assert.Equal(golden.Keys.Order(StringComparer.Ordinal), played.Keys.Order(StringComparer.Ordinal));
        Assert.All(played, each => Assert.Equal(OutlineOf(golden[each.Key]), OutlineOf(each.Value)));
    }

    [Fact]
    public void Files_EveryOrchestrator_HasAHistoryFromBeginToEndInTheCurrentVersion()
    {
        var ended = GoldenHistories.Files
            .Where(file => file.StartsWith($"{OrchestrationVersions.Current}/", StringComparison.Ordinal))
            .Select(GoldenHistories.Read)
            .Where(run => run.End is { Status: nameof(Local.Durable.RunStatus.Completed) })
            .Select(run => run.Orchestrator);

        Assert.Empty(ProductOrchestrators.Names.Except(ended));
    }

    [Fact]
    public void Files_InTheCurrentVersion_BelongToAScenario()
    {
        var scenarios = GoldenHistories.Files
            .Where(file => file.StartsWith($"{OrchestrationVersions.Current}/", StringComparison.Ordinal))
            .Select(file => file.Split('/')[1]);

        Assert.Empty(scenarios.Except(Scenario.All.Select(scenario => scenario.Name)));
    }

    [Fact]
    public void Files_EachOfThem_HoldsTheVersionOfItsFolderAndReadsAsItIsWritten()
    {
        Assert.All(GoldenHistories.Files, file =>
        {
            var run = GoldenHistories.Read(file);
            Assert.Equal(file.Split('/')[0], run.Version);
            Assert.Equal(run.ToJson(), RecordedRun.Parse(run.ToJson()).ToJson());
        });
    }

    // Payloads and times may differ from what is recorded: what they lead to may not.
    private static List<string> OutlineOf(RecordedRun run) =>
    [
        $"{run.Orchestrator} {run.Version}",
        .. run.Events.Select(e => e switch
        {
            DecisionEvent decision => $"{e.GetType().Name} {decision.Name} #{decision.Id}",
            EventReceived received => $"{nameof(EventReceived)} {received.Name}",
            _ => e.GetType().Name,
        }),
        run.End?.Status ?? "goes on",
    ];
}
