using System.Collections.ObjectModel;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ProCode.Local.Hosting;
using ProCode.Local.Hosting.Timers;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs timer functions on the local host.</summary>
internal sealed class TimerTrigger(
    IConfiguration configuration, LocalHostSettings settings, TimeProvider time, ILogger<TimerTrigger> log) : IFunctionTrigger
{
    private readonly TimerMonitor _monitor = new(Path.Combine(settings.DataPath, "timers"), log);
    private readonly List<TimerLoop> _loops = [];

    public string Parameters => "[TimerTrigger] TimerInfo";

    public IReadOnlyList<TimerLoop> Loops => _loops;

    public bool Handles(TriggerBindingAttribute trigger) => trigger is TimerTriggerAttribute;

    public ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TimerInfo) ? context => new ValueTask<object?>(context.Trigger) : null;

    public void Add(FunctionMethod function, FunctionRunner runner)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        var schedule = Parse(Resolve(trigger.Schedule));
        var isMonitored = trigger.UseMonitor && !schedule.IsMoreOftenThanEachMinute(time.GetUtcNow());
        _loops.Add(new TimerLoop(
            function.Name, schedule, trigger.RunOnStartup, isMonitored ? _monitor : null,
            (run, stop) => runner.RunAsync(Describe(run), ReadOnlyDictionary<string, object?>.Empty, stop), time, log));
    }

    private TimerSchedule Parse(string text)
    {
        try
        {
            return TimerSchedule.Parse(text, time.LocalTimeZone);
        }
        catch (FormatException e)
        {
            throw new FunctionLoadException(e.Message);
        }
    }

    private string Resolve(string schedule)
    {
        if (schedule is not ['%', .. var setting, '%']) return schedule;
        return configuration[setting] ?? throw new FunctionLoadException($"the setting '{setting}' of its schedule is missing.");
    }

    private TimerInfo Describe(TimerRun run) => new()
    {
        IsPastDue = run.IsPastDue,
        ScheduleStatus = run.Status is not { } status ? null : new ScheduleStatus
        {
            Last = Local(status.Last),
            Next = Local(status.Next),
            LastUpdated = Local(status.LastUpdated),
        },
    };

    private DateTime Local(DateTimeOffset? instant) =>
        instant is { } known ? TimeZoneInfo.ConvertTime(known, time.LocalTimeZone).DateTime : default;
}
