using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;
using ProCode.Runtime.Tests.Durable.Faults;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>The engine beyond what the packages' API shows: its file, its limits, its answers to lost instances.</summary>
public sealed class EngineTests
{
    [Fact]
    public async Task Open_SecondTime_IsRefusedUntilTheFirstIsClosed()
    {
        await using var host = await EngineHost.StartAsync(_ => { });
        var first = host.Worker;

        var refused = await Assert.ThrowsAsync<DurableFileException>(() => host.OpenAsync(_ => { }));
        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        await host.OpenAsync(_ => { });
    }

    [Theory]
    [InlineData("not a database at all, only some text that is long enough to be looked at", "can't be read")]
    [InlineData("CREATE TABLE something (else1 TEXT)", "not a durable state file")]
    [InlineData("CREATE TABLE instances (id TEXT); PRAGMA application_id=1346593861; PRAGMA user_version=99", "newer version")]
    public async Task Open_FileThatIsNotOurs_IsRefusedAndLeftAlone(string content, string reason)
    {
        await using var host = new EngineHost();
        if (content.StartsWith("CREATE", StringComparison.Ordinal))
            Execute(host.DatabasePath, content);
        else
            await File.WriteAllTextAsync(host.DatabasePath, string.Concat(Enumerable.Repeat(content, 100)));
        var before = await File.ReadAllBytesAsync(host.DatabasePath);

        var refused = await Assert.ThrowsAsync<DurableFileException>(() => host.OpenAsync(_ => { }));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(host.DatabasePath));
    }

    [Fact]
    public async Task Open_DamagedFile_IsRefused()
    {
        await using var host = await EngineHost.StartAsync(Waiting);
        for (var i = 0; i < 200; i++)
            await host.StartInstanceAsync("wait", new string('x', 500), $"wait-{i}");
        await host.CloseAsync();
        var bytes = await File.ReadAllBytesAsync(host.DatabasePath);
        bytes.AsSpan(bytes.Length / 2, 8192).Fill(0xA5);
        await File.WriteAllBytesAsync(host.DatabasePath, bytes);

        var refused = await Assert.ThrowsAsync<DurableFileException>(() => host.OpenAsync(Waiting));

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnWithoutRepeating()
    {
        var calls = new List<int>();
        void Register(DurableTaskRegistry tasks) => tasks
            .AddActivityFunc<int, int>("note", (_, number) =>
            {
                calls.Add(number);
                return number;
            })
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var first = await context.CallActivityAsync<int>("note", 1);
                var word = await context.WaitForExternalEvent<string>("word");
                return $"{first} {word} {await context.CallActivityAsync<int>("note", 2)}";
            });
        await using var host = await EngineHost.StartAsync(Register);
        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<ActivityCompleted>(id);

        await host.CloseAsync();
        await host.OpenAsync(Register);
        await host.Client.RaiseEventAsync(id, "word", "and");

        Assert.Equal("1 and 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal([1, 2], calls);
    }

    [Fact]
    public async Task Stop_WhileAnActivityRuns_RunsItAgainAfterTheNextStart()
    {
        var runs = 0;
        var release = new TaskCompletionSource();
        void Register(DurableTaskRegistry tasks) => tasks
            .AddActivityFunc<int>("slow", async _ =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                {
                    await release.Task;
                    throw new OperationCanceledException();
                }

                return runs;
            })
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>("slow"));
        await using var host = await EngineHost.StartAsync(Register);
        var id = await host.StartInstanceAsync("run");
        await EngineHost.EventuallyAsync(() => runs == 1, "the activity runs");

        var stopping = host.Worker.StopAsync(CancellationToken.None);
        release.SetResult();
        await stopping;
        await host.CloseAsync();
        await host.OpenAsync(Register);

        Assert.Equal(2, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Signals_MissingOrFinishedInstance_AreRefusedAsByTheHost()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc("quick", _ => "done"));
        var finished = (await host.RunAsync("quick")).InstanceId;

        foreach (var (id, status) in new[] { ("missing", "NotFound"), (finished, "FailedPrecondition") })
            foreach (var signal in (Func<Task>[])
                [
                    () => host.Client.RaiseEventAsync(id, "event"),
                    () => host.Client.TerminateInstanceAsync(id),
                    () => host.Client.SuspendInstanceAsync(id),
                    () => host.Client.ResumeInstanceAsync(id),
                ])
            {
                var refused = await Assert.ThrowsAnyAsync<Exception>(signal);
                Assert.Equal("Grpc.Core.RpcException", refused.GetType().FullName);
                Assert.Contains(status, refused.Message, StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task Activities_ManyAtOnce_StayBelowTheLimit()
    {
        var (now, most) = (0, 0);
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc("busy", async _ =>
            {
                var running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                await Task.Delay(5);
                Interlocked.Decrement(ref now);
            })
            .AddOrchestratorFunc("run", context => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => context.CallActivityAsync("busy")))));

        await host.RunAsync("run");

        Assert.InRange(most, 2, 20);
    }

    [Fact]
    public async Task Activity_ExceptionThatCannotBeRead_IsAFailure()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc("fail", _ => throw new UnreadableException())
            .AddOrchestratorFunc("run", context => context.CallActivityAsync("fail")));

        var end = await host.RunAsync("run");

        Assert.Contains(nameof(UnreadableException), end.FailureDetails?.InnerFailure?.ErrorType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CleanUp_SomebodyReadsTheFile_DoesNotWaitForThem()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string, int>("quick", (_, text) => text.Length));
        for (var i = 0; i < 50; i++)
            await host.RunAsync("quick", new string('x', 60_000));
        await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());
        await host.CloseAsync();
        using var file = DurableFile.Open(host.DatabasePath);
        using var reader = new StateFile(host.DatabasePath);
        reader.Query("BEGIN");
        reader.Query("SELECT count(*) FROM history");

        // It would wait for the reader's end, which never comes: the busy wait's limit, then.
        Assert.True(await Task.Run(() => Compaction.Run(file.Writer)).WaitAsync(SqliteSession.LongestWait / 2));
    }

    [Fact]
    public async Task Step_OfAnInstanceInMemory_ReadsNothing()
    {
        var statements = new Statements();
        await using var host = new EngineHost { Fate = statements };
        await host.OpenAsync(tasks => tasks
            .AddActivityFunc<int, int>("next", (_, number) => number + 1)
            .AddOrchestratorFunc<int>("count", async context =>
            {
                var number = 0;
                while (number < 20)
                    number = await context.CallActivityAsync<int>("next", number);
                return number;
            }));

        Assert.Equal(20, (await host.RunAsync("count")).ReadOutputAs<int>());

        Assert.Single(statements.All, sent => sent.StartsWith("SELECT event", StringComparison.Ordinal));
        Assert.Single(statements.All, sent => sent.StartsWith("SELECT place, event", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Schedule_OverAChildThatRuns_TellsItsParent()
    {
        await using var host = await EngineHost.StartAsync(tasks => Waiting(tasks.AddOrchestratorFunc<string>("parent", async context =>
        {
            var failed = await Assert.ThrowsAsync<TaskFailedException>(
                () => context.CallSubOrchestratorAsync("wait", null, new TaskOptions().WithInstanceId("the-child")));
            return failed.FailureDetails.ErrorMessage;
        })));
        var parent = await host.StartInstanceAsync("parent");
        await host.HistoryHasAsync<TimerCreated>("the-child");

        var overAnything = new StartOrchestrationOptions("the-child") { DedupeStatuses = [] };
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", null, overAnything);

        Assert.Contains("terminated", (await host.EndOfAsync(parent)).ReadOutputAs<string>(), StringComparison.Ordinal);
        await host.HistoryHasAsync<TimerCreated>("the-child");
    }

    [Fact]
    public async Task Retention_FinishedLongAgo_IsPurgedAndTheRestKept()
    {
        var clock = new ManualClock();
        await using var host = new EngineHost { Clock = clock, Retention = TimeSpan.FromDays(2) };
        await host.OpenAsync(tasks => Waiting(tasks.AddOrchestratorFunc("quick", _ => "done")));
        var waiting = await host.StartInstanceAsync("wait");
        var old = (await host.RunAsync("quick")).InstanceId;
        clock.Advance(TimeSpan.FromDays(1));
        var recent = (await host.RunAsync("quick")).InstanceId;
        clock.Advance(TimeSpan.FromDays(1.5));

        await EngineHost.EventuallyAsync(() => host.Worker.Engine.Find(old, false) is null, "the old instance is purged");
        Assert.NotNull(await host.Client.GetInstanceAsync(recent));
        Assert.NotNull(await host.Client.GetInstanceAsync(waiting));
    }

    [Fact]
    public async Task CleanUp_MuchWasPurged_MakesTheFileSmaller()
    {
        var clock = new ManualClock();
        await using var host = new EngineHost { Clock = clock, Retention = TimeSpan.FromDays(2) };
        static void Register(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<string, int>("quick", (_, text) => text.Length);
        await host.OpenAsync(Register);
        for (var i = 0; i < 50; i++)
            await host.RunAsync("quick", new string((char)('a' + (i % 20)), 60_000));
        await host.CloseAsync();
        var before = new FileInfo(host.DatabasePath).Length;

        clock.Advance(TimeSpan.FromDays(3));
        await host.OpenAsync(Register);

        await EngineHost.EventuallyAsync(() => new FileInfo(host.DatabasePath).Length < before / 4, $"the file of {before} bytes gets smaller");
        Assert.Equal(5, (await host.RunAsync("quick", "still")).ReadOutputAs<int>());
    }

    [Fact]
    public void HistoryExport_FileOfANewerFormat_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("durable-newer-");
        var path = Path.Combine(folder.FullName, "durable.db");
        Execute(path, "CREATE TABLE instances (id TEXT); PRAGMA application_id=1346593861; PRAGMA user_version=99");

        var refused = Assert.Throws<DurableFileException>(() => HistoryExport.Read(path, "any"));

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true, "PRAGMA synchronous=FULL")]
    [InlineData(false, "PRAGMA synchronous=NORMAL")]
    public async Task Open_PowerLoss_IsWaitedForOnlyWhenAsked(bool survives, string statement)
    {
        var statements = new Statements();
        await using var host = new EngineHost { SurvivesPowerLoss = survives, Fate = statements };

        await host.OpenAsync(Waiting, start: false);

        Assert.Equal(statement, Assert.Single(statements.All, sent => sent.Contains("synchronous", StringComparison.Ordinal)));
    }

    private static void Waiting(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc("wait", context => Task.WhenAny(
        context.WaitForExternalEvent<string>("go"), context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)));

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen;)
            seen = Interlocked.CompareExchange(ref target, value, seen);
    }

    private static void Execute(string path, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }

    private sealed class Statements : IStorageFate
    {
        private readonly ConcurrentQueue<string> _all = [];

        public IReadOnlyCollection<string> All => _all;

        public void Before(string statement) => _all.Enqueue(statement);

        public void After(string statement)
        {
        }
    }
}
