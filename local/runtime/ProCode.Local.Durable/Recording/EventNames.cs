using System.Globalization;
using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Recording;

/// <summary>Events in words.</summary>
internal static class EventNames
{
    public static string Describe(HistoryEvent e) => e switch
    {
        StepStarted step => $"StepStarted {Time(step.At)}",
        TimerCreated timer => $"TimerCreated #{timer.Id} for {Time(timer.FireAt)}",
        ChildScheduled child => $"ChildScheduled '{child.Name}' #{child.Id} as '{child.InstanceId}'",
        EventSent sent => $"EventSent '{sent.Name}' #{sent.Id} to '{sent.InstanceId}'",
        DecisionEvent decision => $"{decision.GetType().Name} '{decision.Name}' #{decision.Id}",
        ActivityCompleted done => $"ActivityCompleted #{done.Id}",
        ActivityFailed failed => $"ActivityFailed #{failed.Id}",
        ChildCompleted done => $"ChildCompleted #{done.Id}",
        ChildFailed failed => $"ChildFailed #{failed.Id}",
        TimerFired fired => $"TimerFired #{fired.Id}",
        EventReceived received => $"EventReceived '{received.Name}'",
        _ => e.GetType().Name,
    };

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
}
