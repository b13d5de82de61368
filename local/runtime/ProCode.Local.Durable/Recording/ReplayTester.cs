using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Replay;

namespace ProCode.Local.Durable.Recording;

/// <summary>
/// Replays an orchestrator against a recorded run without running anything: what it asks for, with which payloads, and how it ends must be
/// what was recorded. First a step at a time, as a run that is kept in memory goes on; then from the start to every step, as after a
/// restart right before it.
/// </summary>
public static class ReplayTester
{
    /// <summary>Throws <see cref="HistoryDivergenceException"/> at the first event at which code and history part.</summary>
    public static void Replay(IDurableWorkload workload, RecordedRun recorded)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(recorded);
        var steps = StepsOf(recorded);
        var kept = new Trial(workload, recorded);
        foreach (var step in steps)
            kept.Take([], step);
        foreach (var step in steps.Skip(1))
            new Trial(workload, recorded).Take([.. recorded.Events.Take(step.From)], step);
    }

    private static List<RecordedStep> StepsOf(RecordedRun recorded)
    {
        var events = recorded.Events;
        int[] starts = [.. Enumerable.Range(0, events.Count).Where(index => events[index] is StepStarted)];
        if (starts is not [0, ..])
            throw new ArgumentException("A recorded run begins with a step.", nameof(recorded));
        return [.. starts.Select((from, number) => StepAt(from, number + 1 < starts.Length ? starts[number + 1] : events.Count))];

        RecordedStep StepAt(int from, int to)
        {
            var all = events.Skip(from).Take(to - from).ToList();
            var arrivals = all.TakeWhile(e => e is not DecisionEvent).ToList();
            return new(from, arrivals, [.. all.Skip(arrivals.Count)], to == events.Count);
        }
    }

    private sealed record RecordedStep(int From, IReadOnlyList<HistoryEvent> Arrivals, IReadOnlyList<HistoryEvent> Decisions, bool IsLast)
    {
        public int FirstDecision => From + Arrivals.Count;

        public int Next => FirstDecision + Decisions.Count;
    }

    /// <summary>One run of the code.</summary>
    private sealed class Trial
    {
        private readonly RecordedRun _recorded;
        private readonly OrchestrationRun _run;
        private volatile bool _awaitedForeign;

        public Trial(IDurableWorkload workload, RecordedRun recorded)
        {
            _recorded = recorded;
            var body = workload.FindOrchestrator(recorded.Orchestrator, recorded.Version)
                ?? throw new ArgumentException($"No orchestrator named '{recorded.Orchestrator}' is registered.", nameof(workload));
            _run = new(
                new(recorded.InstanceId, "", recorded.Orchestrator, recorded.Version, recorded.Input, recorded.Parent),
                body,
                workload.Describe,
                _ => _awaitedForeign = true);
        }

        public void Take(IReadOnlyList<HistoryEvent> past, RecordedStep step)
        {
            var before = _run.Applied;
            var outcome = _run.Advance(past, step.Arrivals);
            if (_awaitedForeign)
                throw Divergence(step.From, OrchestrationRun.IllegalAwait);
            if (_run.Applied - before is var applied && applied < past.Count + step.Arrivals.Count)
                throw Divergence(applied < past.Count ? applied : step.From + applied - past.Count, ((Failed)outcome.End!).Failure.Message);
            Compare(step, outcome);
            CompareEnd(step, outcome.End);
        }

        private void Compare(RecordedStep step, StepOutcome outcome)
        {
            for (var i = 0; i < Math.Max(step.Decisions.Count, outcome.Decisions.Count); i++)
            {
                var index = step.FirstDecision + i;
                if (i >= step.Decisions.Count)
                    throw Divergence(index, $"before it, the code asks for {EventNames.Describe(outcome.Decisions[i].Record)}, which the history hasn't.");
                if (i >= outcome.Decisions.Count)
                    throw Divergence(index, $"the code doesn't ask for it{InsteadOf(outcome.End)}.");
                if (DifferenceOf((DecisionEvent)step.Decisions[i], outcome.Decisions[i].Record) is { } difference)
                    throw Divergence(index, difference);
            }
        }

        private static string InsteadOf(RunEnd? end) => end switch
        {
            null => "",
            Failed failed => $", but fails with {failed.Failure.Type}: {failed.Failure.Message}",
            _ => $", but ends ({RecordedRuns.Describe(end)!.Status})",
        };

        private static string? DifferenceOf(DecisionEvent recorded, DecisionEvent asked)
        {
            if (recorded.GetType() != asked.GetType() || recorded.Id != asked.Id || !recorded.Name.Equals(asked.Name, StringComparison.OrdinalIgnoreCase))
                return $"the code asks for {EventNames.Describe(asked)} here.";
            return (recorded, asked) switch
            {
                (ActivityScheduled before, ActivityScheduled now) => Payloads("input", before.Input, now.Input),
                (TimerCreated before, TimerCreated now) => before.FireAt == now.FireAt ? null : $"the code sets {EventNames.Describe(now)} here.",
                (ChildScheduled before, ChildScheduled now) when before.InstanceId != now.InstanceId => $"the code asks for {EventNames.Describe(now)} here.",
                (ChildScheduled before, ChildScheduled now) when before.Version != now.Version =>
                    $"its version has changed: '{before.Version}' is recorded, the code gives '{now.Version}'.",
                (ChildScheduled before, ChildScheduled now) => Payloads("input", before.Input, now.Input),
                (EventSent before, EventSent now) when before.InstanceId != now.InstanceId => $"the code asks for {EventNames.Describe(now)} here.",
                (EventSent before, EventSent now) => Payloads("payload", before.Payload, now.Payload),
                _ => throw new InvalidOperationException($"Unknown decision {recorded.GetType().Name}."),
            };
        }

        private void CompareEnd(RecordedStep step, RunEnd? end)
        {
            var now = RecordedRuns.Describe(end);
            // A run that was terminated has ended by no doing of its code.
            var before = !step.IsLast || _recorded.End is { Status: nameof(RunStatus.Terminated) } ? null : _recorded.End;
            if (before?.Status != now?.Status)
                throw Divergence(step.Next, $"the code {Words(now)}, and the history {Words(before)}.");
            var difference = before is null || now is null
                ? null
                : Payloads("output", before.Output, now.Output)
                    ?? Payloads("input of the next run", before.Input, now.Input)
                    ?? Texts("version of the next run", before.Version, now.Version)
                    ?? Texts("failure", Words(before.Failure), Words(now.Failure));
            if (difference is not null)
                throw Divergence(step.Next, difference);
        }

        private static string Words(RecordedEnd? end) => end is null
            ? "goes on"
            : end.Failure is null ? $"ends ({end.Status})" : $"fails with {Words(end.Failure)}";

        private static string? Words(TaskFailure? failure) => failure is null ? null : $"{failure.Type}: {failure.Message}";

        private static string? Payloads(string name, string? recorded, string? now) =>
            Texts(name, RecordedPayload.Normal(recorded), RecordedPayload.Normal(now));

        private static string? Texts(string name, string? recorded, string? now) => recorded == now
            ? null
            : $"its {name} has changed: {recorded ?? "nothing"} is recorded, the code gives {now ?? "nothing"}.";

        private HistoryDivergenceException Divergence(int index, string what) => new(_recorded, index, what);
    }
}
