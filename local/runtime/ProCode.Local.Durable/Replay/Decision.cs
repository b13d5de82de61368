using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Replay;

/// <summary>Something the orchestrator decided in this step: what is recorded, and what is sent out with it.</summary>
internal abstract record Decision(DecisionEvent Record);

internal sealed record RunActivity(ActivityScheduled Scheduled, string Version) : Decision(Scheduled);

internal sealed record StartChild(ChildScheduled Scheduled) : Decision(Scheduled);

internal sealed record SetTimer(TimerCreated Created) : Decision(Created);

internal sealed record SendEvent(EventSent Sent) : Decision(Sent);

/// <summary>How a run ends.</summary>
internal abstract record RunEnd;

internal sealed record Completed(string? Output) : RunEnd;

internal sealed record Failed(TaskFailure Failure) : RunEnd;

internal sealed record ContinuedAsNew(string? Input, string? Version, IReadOnlyList<EventReceived> KeptEvents) : RunEnd;

/// <summary>Everything one step leaves behind, to be committed as one.</summary>
internal sealed record StepOutcome(
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<int> CancelledTimers,
    string? CustomStatus,
    RunEnd? End);
