using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Pipelines.Logs;

/// <summary>A log whose writers die, meet each other and lose answers.</summary>
public sealed class StageLogTests : IDisposable
{
    private const string Stamp = "2026-03-01T08:00:00.000Z ";
    private static readonly StageLogId Id = new(7, 2, StageKind.BUILD, 3);

    private readonly ManualTime _time = new();
    private readonly BlobsInMemory _blobs = new();

    [Fact]
    public async Task Dispose_ANewLog_CostsTwoRequests()
    {
        await WriteAsync("one", "two");
        Assert.Equal("pipelines/pipelines/7/run-2/BUILD-3.log", Assert.Single(_blobs.Names));
        Assert.Equal($"{Stamp}one\n{Stamp}two\n", Text());
        Assert.Equal(2, _blobs.Requests);
    }

    [Fact]
    public async Task Dispose_NothingWritten_AsksNothing()
    {
        await WriteAsync();
        Assert.Equal(0, _blobs.Requests);
    }

    [Fact]
    public async Task Open_ALogThatHasBegun_GoesOnAtItsEnd()
    {
        await WriteAsync("one");
        var before = _blobs.Requests;
        await using (var log = Open(begun: true)) log.WriteLine("two");
        Assert.Equal(2, _blobs.Requests - before);
        await WriteAsync("three");
        Assert.Equal(5, _blobs.Requests - before);
        Assert.Equal(["one", "two", "three"], Lines());
    }

    [Fact]
    public async Task Open_ALogThatShouldHaveBegun_IsMade()
    {
        await using (var log = Open(begun: true)) log.WriteLine("one");
        Assert.Equal(["one"], Lines());
    }

    [Fact]
    public async Task Write_AfterASecond_CanBeRead()
    {
        await using var log = Open();
        log.WriteLine("one");
        log.Write("two, unfinish");
        Assert.Empty(Lines());   // The blob itself may have been made already.
        _time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Async(() => Text() == $"{Stamp}one\n");
        log.Write("ed\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Async(() => Lines() is ["one", "two, unfinished"]);
    }

    [Fact]
    public async Task Write_DiedBetweenTwoFlushes_TheNextTryGoesOn()
    {
        var died = Open();
        died.WriteLine("written");
        _time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Async(() => Lines() is ["written"]);
        died.WriteLine("never written");

        await WriteAsync("again");
        Assert.Equal(["written", "again"], Lines());
    }

    [Fact]
    public async Task Append_TheAnswerIsLost_IsWrittenOnce()
    {
        // Each of the client's own tries, then ours.
        _blobs.LostAnswers.Enqueue(true);
        await WriteAsync("one", "two");
        Assert.Equal(["one", "two"], Lines());

        foreach (var again in new[] { true, true, true, true }) _blobs.LostAnswers.Enqueue(again);
        await WriteAsync("three");
        Assert.Equal(["one", "two", "three"], Lines());
    }

    [Fact]
    public async Task Append_AwayWhenItsAnswerIsLost_IsWrittenOnceWhenItIsBack()
    {
        await using (var log = Open())
        {
            _blobs.BeforeAppends.Enqueue(() =>
            {
                _blobs.LostAnswers.Enqueue(true);
                return Task.CompletedTask;
            });
            _blobs.BeforeAppends.Enqueue(() => throw new HttpRequestException("Away."));
            _blobs.BeforeAppends.Enqueue(() => throw new HttpRequestException("Away."));
            log.WriteLine("one");
            _time.Advance(TimeSpan.FromSeconds(1));
            await WaitFor.Async(() => _blobs.BeforeAppends.IsEmpty);
            log.WriteLine("two");
        }

        Assert.Equal(["one", "two"], Lines());
    }

    [Fact]
    public async Task Append_TwoWritersAtOnce_LosesAndDoublesNothing()
    {
        _blobs.BeforeAppends.Enqueue(() => WriteAsync("other"));
        await WriteAsync("one", "two");
        Assert.Equal(["other", "one", "two"], Lines());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAsync([.. Enumerable.Range(0, 50).Select(j => $"{i}-{j}")]))));
        var lines = Lines().Skip(3).ToList();
        Assert.Equal(400, lines.Count);
        for (var i = 0; i < 8; i++)
            Assert.Equal(Enumerable.Range(0, 50).Select(j => $"{i}-{j}"), lines.Where(line => line.StartsWith($"{i}-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Write_MoreThanALogHolds_IsCutOnceWithAMark()
    {
        var line = new string('x', 4000);
        await using (var log = Open())
        {
            for (var i = 0; i < 4000; i++) log.WriteLine(line);
        }

        Assert.InRange(Encoding.UTF8.GetByteCount(Text()!), LogBlob.MaxBytes - 4096, LogBlob.MaxBytes);
        Assert.Equal(LogBlob.CutText, Lines()[^1]);
        var requests = _blobs.Requests;

        // Neither a short line nor a further try gets behind the mark.
        await WriteAsync("y");
        Assert.DoesNotContain("y", Lines());
        Assert.Single(Lines(), text => text == LogBlob.CutText);
        Assert.Equal(3, _blobs.Requests - requests);
    }

    [Fact]
    public async Task Write_AnotherFillsTheLogMeanwhile_TheCapHolds()
    {
        var line = new string('x', 8000);
        _blobs.BeforeAppends.Enqueue(() =>
        {
            _blobs.Grow($"pipelines/{Id.BlobName}", new string('y', LogBlob.MaxBytes - 20_000) + "\n");
            return Task.CompletedTask;
        });
        await using (var log = Open())
        {
            for (var i = 0; i < 10; i++) log.WriteLine(line);
        }

        Assert.True(Encoding.UTF8.GetByteCount(Text()!) <= LogBlob.MaxBytes);
        Assert.Equal(2, Lines().Count(text => text == line));
        Assert.Equal(LogBlob.CutText, Lines()[^1]);
        Assert.Single(Lines(), text => text == LogBlob.CutText);
    }

    [Fact]
    public async Task Dispose_TheStorageIsAway_FailsNothingAndSaysSoOnce()
    {
        var said = new CollectedEvents();
        _blobs.IsAway = true;
        await using (var log = Open(logger: said))
        {
            log.WriteLine("one");
            _time.Advance(TimeSpan.FromSeconds(1));
            await WaitFor.Async(() => said.Ids.Contains(3050));
            log.WriteLine("two");
        }

        Assert.Equal([3050, 3051], said.Ids);
        Assert.Empty(_blobs.Names);
    }

    [Fact]
    public async Task Write_TheStorageComesBack_LacksNothing()
    {
        var said = new CollectedEvents();
        await using var log = Open(logger: said);
        _blobs.IsAway = true;
        log.WriteLine("one");
        _time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Async(() => said.Ids.Contains(3050) && _time.IsAwaited(TimeSpan.FromSeconds(10)));
        _blobs.IsAway = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        await WaitFor.Async(() => Lines() is ["one"]);
    }

    [Fact]
    public async Task Hide_ASecret_IsMaskedFromThenOn()
    {
        await using (var log = Open())
        {
            log.Hide("hunter22");
            log.Write("password hun");
            log.Write("ter22\n");
        }

        Assert.Equal(["password ***"], Lines());
    }

    [Fact]
    public async Task Read_WhileItGrows_GivesWhatIsNew()
    {
        var logs = Logs();
        Assert.Null(await logs.ReadAsync(Id, 0, null, default));
        await WriteAsync("one");
        var first = await ReadAsync(logs, 0, null);
        Assert.Equal(($"{Stamp}one\n", 29L, 29L), (first.Text, first.Reading.Length, first.Reading.Total));

        var end = await ReadAsync(logs, 29, null);
        Assert.Equal(("", 0L, 29L), (end.Text, end.Reading.Length, end.Reading.Total));
        await WriteAsync("two");
        var second = await ReadAsync(logs, 29, null);
        Assert.Equal(($"{Stamp}two\n", 58L), (second.Text, second.Reading.Total));
        Assert.NotEqual(first.Reading.ETag, second.Reading.ETag);
        Assert.Equal("2026", (await ReadAsync(logs, 29, 4)).Text);
        Assert.Equal(58, (await ReadAsync(logs, 100, null)).Reading.Total);
    }

    [Fact]
    public async Task LastAttempt_OfSeveral_IsTheHighest()
    {
        foreach (var attempt in new[] { 9, 10, 2 })
        {
            await using var log = Logs().Open(Id with { Attempt = attempt });
            log.WriteLine("one");
        }

        Assert.Equal(10, await Logs().LastAttemptAsync(7, 2, StageKind.BUILD, default));
        Assert.Null(await Logs().LastAttemptAsync(7, 1, StageKind.BUILD, default));
    }

    public void Dispose() => _blobs.Dispose();

    private static async Task<(string Text, StageLogReading Reading)> ReadAsync(StageLogs logs, long from, long? count)
    {
        await using var reading = (await logs.ReadAsync(Id, from, count, default))!;
        using var text = new StreamReader(reading.Content);
        return (await text.ReadToEndAsync(), reading);
    }

    private async Task WriteAsync(params string[] lines)
    {
        await using var log = Open();
        foreach (var line in lines) log.WriteLine(line);
    }

    private StageLog Open(bool begun = false, ILogger<StageLogs>? logger = null) => Logs(logger).Open(Id, begun);

    private StageLogs Logs(ILogger<StageLogs>? logger = null) => new(new Blobs(_blobs.Client()), _time, logger ?? NullLogger<StageLogs>.Instance);

    private string? Text() => _blobs.TextOf($"pipelines/{Id.BlobName}");

    // Without their times.
    private List<string> Lines() => [.. (Text() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[Stamp.Length..])];

    private sealed class CollectedEvents : ILogger<StageLogs>
    {
        private readonly Lock _gate = new();
        private readonly List<int> _ids = [];

        public List<int> Ids
        {
            get
            {
                lock (_gate) return [.. _ids];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate) _ids.Add(eventId.Id);
        }
    }
}
