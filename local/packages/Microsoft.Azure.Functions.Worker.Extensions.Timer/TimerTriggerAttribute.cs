using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs a function on a schedule: NCRONTAB with seconds first, an interval such as <c>00:05:00</c>, or <c>%SETTING%</c>.</summary>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    public string Schedule { get; } = schedule;

    /// <summary>Runs once when the host starts, too.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Makes up for a run that was missed while the host was down. Without effect on schedules of less than a minute.</summary>
    public bool UseMonitor { get; set; } = true;
}
