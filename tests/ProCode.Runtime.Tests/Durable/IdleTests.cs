using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Measures this process, so nothing else may run beside it.</summary>
[Collection(nameof(IdleTests))]
[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
public sealed class IdleTests
{
    [Fact]
    public async Task Instances_TenThousandWaiting_CostNoProcessorTime()
    {
        await using var host = await EngineHost.StartAsync(Waiting);
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => host.StartInstanceAsync("wait", null, $"wait-{i}")));
        await EngineHost.EventuallyAsync(() => CountRunning() == 10_000, "all instances wait");

        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        self.Refresh();

        Assert.InRange(self.TotalProcessorTime - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(400));
        await host.Client.RaiseEventAsync("wait-7777", "go");
        Assert.True((await host.EndOfAsync("wait-7777")).IsCompleted);

        int CountRunning() => (int)QueryNumber(
            host.DatabasePath, "SELECT count(*) FROM instances WHERE status = 'Running'");
    }

    private static void Waiting(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc("wait", context => Task.WhenAny(
        context.WaitForExternalEvent<string>("go"), context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)));

    private static long QueryNumber(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadWrite");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
