using Microsoft.Extensions.Logging;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable;

/// <summary>
/// A durable orchestration engine in this process: event-sourced, replaying, persisted in one SQLite file, safe against
/// kill -9 at any moment. Activities run at least once, and never again once their result is recorded. Every member may be used
/// from any thread. The engine opens with its clients' operations working; code runs between start and stop.
/// </summary>
public sealed partial class DurableEngine : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDisposal = TimeSpan.FromSeconds(10);

    private readonly DurableEngineOptions _options;
    private readonly IDurableWorkload _workload;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly DurableFile _file;
    private readonly GroupCommitWriter _writer;
    private readonly CrashPoint _crash;
    private readonly EventChaos? _chaos;
    private readonly InstanceWatch _watch = new();
    private readonly InstanceQueue _ready = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    private DurableEngine(DurableEngineOptions options, IDurableWorkload workload, ILoggerFactory loggers, TimeProvider time)
    {
        _options = options;
        _workload = workload;
        _logger = loggers.CreateLogger<DurableEngine>();
        _time = time;
        _crash = CrashPoint.Parse(options.CrashAt);
        _chaos = options.EventChaos is { } seed ? new(seed) : null;
        _live = new(options.MaxLiveInstances);
        _timers = new(time);
        _activitySlots = new(options.MaxConcurrentActivities);
        _orchestratorSlots = new(options.MaxConcurrentOrchestrators);
        _file = DurableFile.Open(options.DatabasePath, options.SurvivesPowerLoss, options.Fate);
        _writer = new(_file.Writer);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Opens the file, making it when absent. Throws <see cref="DurableFileException"/> when another process has it open, or it is
    /// damaged, foreign or of a newer format; the file is then left as it is.
    /// </summary>
    public static DurableEngine Open(DurableEngineOptions options, IDurableWorkload workload, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentActivities, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentOrchestrators, 1);
        // A slip here would remove what is wanted.
        if (options.Retention != Timeout.InfiniteTimeSpan && (options.Retention <= TimeSpan.Zero || options.Retention > LongestRetention))
            throw new ArgumentOutOfRangeException(nameof(options), options.Retention, $"The retention is infinite, or more than nothing and at most {LongestRetention.TotalDays} days.");
        return new(options, workload, loggers, time);
    }

    /// <summary>Goes on with everything that was under way. May be called once.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (instances, activities) = _file.Read(session => (InstanceRows.Ready(session), Activities.All(session)));
        foreach (var activity in activities)
            _activities.Add(activity);
        foreach (var id in instances)
            _ready.Wake(id);
        if (_options.EventChaos is { } seed)
            _logger.EventsAreDisturbed(seed);
        _logger.Started(_options.DatabasePath, instances.Count, activities.Count);

        _running = Task.WhenAll(
        [
            .. Enumerable.Range(0, _options.MaxConcurrentOrchestrators + BeingRecorded).Select(_ => Task.Run(TakeStepsAsync, CancellationToken.None)),
            .. Enumerable.Range(0, _options.MaxConcurrentActivities + BeingRecorded).Select(_ => Task.Run(RunActivitiesAsync, CancellationToken.None)),
            Task.Run(FireTimersAsync, CancellationToken.None),
            Task.Run(CleanUpAsync, CancellationToken.None),
        ]);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes no new work and waits for what runs, until the token is cancelled; what is not recorded by then runs again after the next
    /// start.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        // An activity that ignores its token must not hold up the process; it runs again after the next start.
        using var patience = new CancellationTokenSource(LongestDisposal);
        await StopAsync(patience.Token);
        _writer.Dispose();
        _file.Dispose();
        _stopping.Dispose();
    }

    /// <summary>False when an instance of that id is in one of the request's blocking states.</summary>
    public Task<bool> StartInstanceAsync(StartRequest start) =>
        CommitAsync((session, effects) => Signals.Start(session, start, Now, effects));

    /// <summary>Starts an instance again with its name, version and input, under its own id, which must be finished, or a new one.</summary>
    public Task<SignalOutcome> RestartAsync(string id, string newId) =>
        CommitAsync((session, effects) => Signals.Restart(session, id, newId, Now, effects));

    /// <summary>Events are kept until the instance asks for them, also before it has started.</summary>
    public Task<SignalOutcome> RaiseEventAsync(string id, string name, string? payload) =>
        CommitAsync((session, effects) => Signals.Raise(session, id, name, payload, effects));

    /// <summary>Ends the instance at once; activities that run go on, and their results are dropped.</summary>
    public Task<SignalOutcome> TerminateAsync(string id, string? output, bool recursive) =>
        CommitAsync((session, effects) => Signals.Terminate(session, id, output, recursive, Now, effects));

    /// <summary>The instance takes no step until it is resumed; what arrives waits in order.</summary>
    public Task<SignalOutcome> SuspendAsync(string id) => CommitAsync((session, effects) => Signals.Suspend(session, id, Now, effects));

    public Task<SignalOutcome> ResumeAsync(string id) => CommitAsync((session, effects) => Signals.Resume(session, id, Now, effects));

    /// <summary>Removes the instance if it is finished; returns how many were removed, children included.</summary>
    public Task<int> PurgeAsync(string id, bool recursive) =>
        CommitAsync((session, effects) => Signals.Purge(session, [id], recursive, effects));

    /// <summary>Removes the finished instances that the filter takes.</summary>
    public async Task<int> PurgeAsync(InstanceFilter filter, bool recursive)
    {
        const int Page = 500;
        var purged = 0;
        string? after = null;
        while (true)
        {
            var page = _file.Read(session => InstanceRows.List(session, filter, after, Page, payloads: false));
            purged += await CommitAsync((session, effects) => Signals.Purge(session, page.Select(info => info.Id), recursive, effects));
            if (page.Count < Page)
                return purged;
            after = page[^1].Id;
        }
    }

    public InstanceInfo? Find(string id, bool payloads) => _file.Read(session => InstanceRows.Describe(session, id, payloads));

    /// <summary>One page of at most <paramref name="limit"/> instances in the order of ids, after the given id.</summary>
    public IReadOnlyList<InstanceInfo> List(InstanceFilter filter, string? after, int limit, bool payloads) =>
        _file.Read(session => InstanceRows.List(session, filter, after, limit, payloads));

    /// <summary>The recorded history of the instance's current run, oldest first; empty for an unknown instance.</summary>
    public IReadOnlyList<HistoryEvent> ReadHistory(string id) => _file.Read(session => HistoryRows.Read(session, id));

    /// <summary>What the instance's current run did, or null for an unknown instance.</summary>
    public RecordedRun? Export(string id) => _file.Read(session => RecordedRuns.Read(session, id));

    /// <summary>Waits until the instance exists in one of the wanted states.</summary>
    public async Task<InstanceInfo> WaitAsync(string id, Func<RunStatus, bool> wanted, bool payloads, CancellationToken cancellationToken)
    {
        var found = await _watch.WaitAsync(id, () => Find(id, payloads), info => info is not null && wanted(info.Status), cancellationToken);
        return found!;
    }

    private async Task<T> CommitAsync<T>(Func<SqliteSession, Effects, T> change, Action<T>? committed = null)
    {
        var (result, effects) = await _writer.WriteAsync(
            session =>
            {
                // Made anew when the change is applied again after its group failed.
                var effects = new Effects(_file.Places);
                return (change(session, effects), effects);
            },
            done => _live.Follow(done.effects));
        try
        {
            committed?.Invoke(result);
        }
        finally
        {
            SetInMotion(effects);
        }

        return result;
    }

    private void SetInMotion(Effects effects)
    {
        foreach (var activity in effects.Activities)
            _activities.Add(activity);
        foreach (var id in effects.Woken)
            _ready.Wake(id);
        foreach (var id in effects.Watched)
            _watch.Changed(id);
        if (effects.NextTimer < DateTime.MaxValue)
            _timers.Added(effects.NextTimer);
    }

    /// <summary>For the engine's own changes: nothing that was done may be lost because the disk is full for a while.</summary>
    private async Task<T> CommitUntilDoneAsync<T>(Func<SqliteSession, Effects, T> change, Action<T>? committed = null)
    {
        while (true)
        {
            try
            {
                return await CommitAsync(change, committed);
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception) when (!_stopping.IsCancellationRequested)
            {
                _logger.CommitFailed(exception, RetryDelay.TotalSeconds);
                await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
