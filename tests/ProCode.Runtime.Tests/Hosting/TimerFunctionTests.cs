using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Testing;

namespace ProCode.Runtime.Tests.Hosting;

public sealed class TimerFunctionTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("procode-timer-").FullName;
    private readonly Runs _runs = new();

    [Fact]
    public async Task Run_OnSchedule_OncePerTime()
    {
        var time = new ManualTime(Noon);
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => time.Waiting == 1);

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(_runs.All);
        time.Advance(TimeSpan.FromMinutes(1));
        await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);
        time.Advance(TimeSpan.FromMinutes(5));
        await WaitFor.Async(() => _runs.All.Count == 2);

        Assert.All(_runs.All, run => Assert.False(run.IsPastDue));
        var second = _runs.All.Last().ScheduleStatus!;
        Assert.Equal((Noon.AddMinutes(5).DateTime, Noon.AddMinutes(10).DateTime), (second.Last, second.Next));
    }

    [Fact]
    public async Task Run_WhileOneRuns_WaitsForIt()
    {
        var time = new ManualTime(Noon);
        _runs.Hold = new TaskCompletionSource();
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => time.Waiting == 1);

        time.Advance(TimeSpan.FromMinutes(5));
        await WaitFor.Async(() => _runs.All.Count == 1);
        time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(0, time.Waiting);
        _runs.Hold.SetResult();
        await WaitFor.Async(() => time.Waiting == 1);

        Assert.Single(_runs.All);
        time.Advance(TimeSpan.FromMinutes(3));
        await WaitFor.Async(() => _runs.All.Count == 2);
    }

    [Fact]
    public async Task Start_TimesWereMissed_RunsOnceAndIsPastDue()
    {
        await RunFirstTimeAsync();

        var time = new ManualTime(Noon.AddHours(1));
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);

        var run = Assert.Single(_runs.All);
        Assert.True(run.IsPastDue);
        Assert.Equal(Noon.AddMinutes(10).DateTime, run.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Start_ScheduleWasChanged_IsNotPastDue()
    {
        await RunFirstTimeAsync();

        var time = new ManualTime(Noon.AddHours(1).AddMinutes(1));
        await using var app = await StartAsync(time, typeof(EveryTenMinutes));
        await WaitFor.Async(() => time.Waiting == 1);

        Assert.Empty(_runs.All);
    }

    [Fact]
    public async Task Start_StateFileIsDamaged_StartsAnew()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data", "timers"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "data", "timers", "Tick.json"), "{ half");

        var time = new ManualTime(Noon);
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => time.Waiting == 1);

        Assert.Empty(_runs.All);
    }

    [Fact]
    public async Task Start_RunOnStartup_RunsAtOnceWithoutStatusWhenNotMonitored()
    {
        var time = new ManualTime(Noon);
        await using var app = await StartAsync(time, typeof(AtStart));
        await WaitFor.Async(() => _runs.All.Count == 1);

        Assert.Null(Assert.Single(_runs.All).ScheduleStatus);
    }

    [Fact]
    public async Task Start_RunOnStartupAndPastDue_IsOneRun()
    {
        await RunFirstTimeAsync();

        var time = new ManualTime(Noon.AddHours(1));
        await using var app = await StartAsync(time, typeof(AtStartAndEveryFiveMinutes));
        await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);

        Assert.True(Assert.Single(_runs.All).IsPastDue);
    }

    [Fact]
    public async Task Start_RunOnStartup_RunsAtEveryStartAndThenOnSchedule()
    {
        for (var start = 1; start <= 2; start++)
        {
            var time = new ManualTime(Noon.AddMinutes(start));
            await using var app = await StartAsync(time, typeof(AtStartAndEveryFiveMinutes));
            await WaitFor.Async(() => _runs.All.Count == start && time.Waiting == 1);
        }

        var later = new ManualTime(Noon.AddMinutes(3));
        await using var last = await StartAsync(later, typeof(AtStartAndEveryFiveMinutes));
        await WaitFor.Async(() => _runs.All.Count == 3 && later.Waiting == 1);
        later.Advance(TimeSpan.FromMinutes(2));
        await WaitFor.Async(() => _runs.All.Count == 4);

        Assert.All(_runs.All, run => Assert.False(run.IsPastDue));
    }

    [Fact]
    public async Task Run_MoreOftenThanEachMinute_HasNoStatusAndMissesNothing()
    {
        var time = new ManualTime(Noon);
        await using (var app = await StartAsync(time, typeof(EveryHalfMinute)))
        {
            await WaitFor.Async(() => time.Waiting == 1);
            time.Advance(TimeSpan.FromSeconds(30));
            await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);
        }
        var later = new ManualTime(Noon.AddHours(1));
        await using var again = await StartAsync(later, typeof(EveryHalfMinute));
        await WaitFor.Async(() => later.Waiting == 1);

        var run = Assert.Single(_runs.All);
        Assert.Equal((null, false), (run.ScheduleStatus, run.IsPastDue));
    }

    [Fact]
    public async Task Run_ClockIsSetBackMeanwhile_TheTimeCountsOnce()
    {
        var time = new ManualTime(Noon);
        _runs.Meanwhile = () => time.Advance(TimeSpan.FromMinutes(-2));
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => time.Waiting == 1);

        time.Advance(TimeSpan.FromMinutes(5));
        await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);
        _runs.Meanwhile = null;
        time.Advance(TimeSpan.FromMinutes(7));
        await WaitFor.Async(() => _runs.All.Count == 2);

        Assert.Equal(Noon.AddMinutes(10).DateTime, _runs.All.Last().ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Stop_WhileOneRuns_ItIsToldAndMadeUpAtTheNextStart()
    {
        var time = new ManualTime(Noon);
        await using (var app = await StartAsync(time, typeof(UntilToldToStop)))
        {
            await WaitFor.Async(() => time.Waiting == 1);
            time.Advance(TimeSpan.FromMinutes(5));
            await WaitFor.Async(() => _runs.All.Count == 1);
        }

        var later = new ManualTime(Noon.AddMinutes(6));
        await using var again = await StartAsync(later, typeof(EveryFiveMinutes));
        await WaitFor.Async(() => _runs.All.Count == 2);

        Assert.Equal([false, true], _runs.All.Select(run => run.IsPastDue));
    }

    [Fact]
    public async Task Run_TimeZoneOfTheHost_DecidesWhen()
    {
        var time = new ManualTime(Noon, TimeZoneInfo.CreateCustomTimeZone("Test/East", TimeSpan.FromHours(5), "East", "East"));
        await using var app = await StartAsync(time, typeof(AtSix));
        await WaitFor.Async(() => time.Waiting == 1);

        // There it is five in the afternoon now.
        time.Advance(TimeSpan.FromHours(1));
        await WaitFor.Async(() => _runs.All.Count == 1);

        Assert.Equal(new DateTime(2026, 1, 1, 18, 0, 0), Assert.Single(_runs.All).ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Run_FunctionFails_ScheduleGoesOn()
    {
        var time = new ManualTime(Noon);
        _runs.Fail = true;
        await using var app = await StartAsync(time, typeof(EveryFiveMinutes));

        for (var i = 1; i <= 2; i++)
        {
            await WaitFor.Async(() => time.Waiting == 1);
            time.Advance(TimeSpan.FromMinutes(5));
            await WaitFor.Async(() => _runs.All.Count == i);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task RunFirstTimeAsync()
    {
        var time = new ManualTime(Noon);
        await using (var app = await StartAsync(time, typeof(EveryFiveMinutes)))
        {
            await WaitFor.Async(() => time.Waiting == 1);
            time.Advance(TimeSpan.FromMinutes(5));
            await WaitFor.Async(() => _runs.All.Count == 1 && time.Waiting == 1);
        }
        _runs.All.Clear();
    }

    private Task<FunctionsApp> StartAsync(ManualTime time, Type functions) => FunctionsApp.StartInAsync(
        _folder,
        builder =>
        {
            builder.Configuration["TickSchedule"] = "0 */5 * * * *";
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton(_runs);
        },
        functions);

    internal sealed class Runs
    {
        public ConcurrentQueue<TimerInfo> All { get; } = new();

        public TaskCompletionSource? Hold { get; set; }

        public bool Fail { get; set; }

        public Action? Meanwhile { get; set; }

        public async Task AddAsync(TimerInfo timer)
        {
            All.Enqueue(timer);
            Meanwhile?.Invoke();
            if (Hold is not null) await Hold.Task;
            if (Fail) throw new InvalidOperationException("no luck");
        }
    }

    internal sealed class EveryFiveMinutes(Runs runs)
    {
        [Function("Tick")]
        public Task Run([TimerTrigger("%TickSchedule%")] TimerInfo timer) => runs.AddAsync(timer);
    }

    internal sealed class EveryTenMinutes(Runs runs)
    {
        [Function("Tick")]
        public Task Run([TimerTrigger("0 */10 * * * *")] TimerInfo timer) => runs.AddAsync(timer);
    }

    internal sealed class AtStartAndEveryFiveMinutes(Runs runs)
    {
        [Function("Tick")]
        public Task Run([TimerTrigger("0 */5 * * * *", RunOnStartup = true)] TimerInfo timer) => runs.AddAsync(timer);
    }

    internal sealed class EveryHalfMinute(Runs runs)
    {
        [Function("Tick")]
        public Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer) => runs.AddAsync(timer);
    }

    internal sealed class UntilToldToStop(Runs runs)
    {
        [Function("Tick")]
        public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken stop)
        {
            await runs.AddAsync(timer);
            await Task.Delay(Timeout.Infinite, stop);
        }
    }

    internal sealed class AtSix(Runs runs)
    {
        [Function("AtSix")]
        public Task Run([TimerTrigger("0 0 18 * * *")] TimerInfo timer) => runs.AddAsync(timer);
    }

    internal sealed class AtStart(Runs runs)
    {
        [Function("AtStart")]
        public Task Run([TimerTrigger("0 0 0 * * *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer) => runs.AddAsync(timer);
    }
}
