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

        public async Task AddAsync(TimerInfo timer)
        {
            All.Enqueue(timer);
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

    internal sealed class AtStart(Runs runs)
    {
        [Function("AtStart")]
        public Task Run([TimerTrigger("0 0 0 * * *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer) => runs.AddAsync(timer);
    }
}
