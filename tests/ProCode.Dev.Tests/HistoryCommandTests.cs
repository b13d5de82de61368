using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Dev.Commands;
using ProCode.Local.Durable;
using ProCode.Local.Durable.Replay;

namespace ProCode.Dev.Tests;

public sealed class HistoryCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("procode-history-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Read_OfARunningStack_IsWhatTheInstanceDid()
    {
        var options = new DurableEngineOptions { DatabasePath = Path.Combine(_data, "durable", "durable.db") };
        await using var engine = DurableEngine.Open(options, new NoWorkload(), NullLoggerFactory.Instance, TimeProvider.System);
        Assert.True(await engine.StartInstanceAsync(new StartRequest("pipeline-1-run-1", "PhasePipelineOrchestrator", """{"run":1}""") { Version = "1.0" }));

        var text = HistoryCommand.Read(_data, "pipeline-1-run-1");

        Assert.Contains("\"version\": \"1.0\"", text, StringComparison.Ordinal);
        Assert.Contains("\"run\": 1", text, StringComparison.Ordinal);
        Assert.Contains("pipeline-9", Assert.Throws<DevException>(() => HistoryCommand.Read(_data, "pipeline-9")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhereNothingHasRun_SaysSoAndMakesNothing()
    {
        Assert.Throws<DevException>(() => HistoryCommand.Read(_data, "pipeline-1-run-1"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data));
    }

    private sealed class NoWorkload : IDurableWorkload
    {
        public bool Accepts(string version) => true;

        public Func<OrchestrationRun, Task<string?>>? FindOrchestrator(string name, string version) => null;

        public Func<ActivityCall, CancellationToken, Task<string?>>? FindActivity(string name, string version) => null;

        public TaskFailure Describe(Exception exception) => new(exception.GetType().Name, exception.Message);
    }
}
