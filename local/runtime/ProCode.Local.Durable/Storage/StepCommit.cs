using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Replay;

namespace ProCode.Local.Durable.Storage;

/// <summary>One step, ready to be recorded.</summary>
/// <param name="Instance">The row as it was when the step began.</param>
/// <param name="At">The step's clock (UTC).</param>
/// <param name="HistoryLength">How many events were recorded before.</param>
/// <param name="Arrived">What this step takes out of the inbox.</param>
/// <param name="Fresh">What it told the orchestrator, <see cref="StepStarted"/> first.</param>
/// <param name="Outcome">What the orchestrator decided.</param>
internal sealed record Step(
    InstanceRow Instance,
    DateTime At,
    int HistoryLength,
    IReadOnlyList<Message> Arrived,
    IReadOnlyList<HistoryEvent> Fresh,
    StepOutcome Outcome)
{
    /// <summary>How many events it adds to the history, unless the run continues as new.</summary>
    public int Length => Fresh.Count + Outcome.Decisions.Count;
}

/// <summary>Everything a step does, in one transaction: history, messages, timers, children, status.</summary>
internal static class StepCommit
{
    /// <summary>False, and nothing is changed, when the run was ended or replaced while the step was taken.</summary>
    public static bool Apply(SqliteSession session, Step step, Effects effects)
    {
        var (instance, now, outcome) = (step.Instance, step.At, step.Outcome);
        var changed = session.Execute(
            "UPDATE instances SET status = ?3, custom_status = ?4, updated = ?5 WHERE id = ?1 AND execution = ?2 AND completed IS NULL",
            instance.Id,
            instance.Execution,
            nameof(RunStatus.Running),
            outcome.CustomStatus,
            now.Ticks);
        if (changed == 0)
            return false;

        // Before what it was made of goes, so that payloads stay where they are.
        if (outcome.End is not ContinuedAsNew)
            HistoryRows.Append(session, instance.Id, step.HistoryLength, [.. step.Fresh, .. outcome.Decisions.Select(d => d.Record)]);
        if (step.Arrived.Count > 0)
            Inbox.RemoveUpTo(session, instance.Id, step.Arrived.LastPlace());
        foreach (var decision in outcome.Decisions)
            Carry(session, step, decision, now, effects);
        foreach (var task in outcome.CancelledTimers)
            Timers.Remove(session, instance.Id, task);
        if (instance.Status != RunStatus.Running)
            effects.Watched.Add(instance.Id);

        var historyLength = step.HistoryLength + step.Length;
        switch (outcome.End)
        {
            case Completed completed:
                InstanceRows.Finish(session, instance, RunStatus.Completed, completed.Output, null, historyLength, now, effects);
                break;
            case Failed failed:
                InstanceRows.Finish(session, instance, RunStatus.Failed, null, failed.Failure, historyLength, now, effects);
                break;
            case ContinuedAsNew next:
                StartOver(session, instance, next, effects);
                break;
            default:
                break;
        }

        return true;
    }

    private static void Carry(SqliteSession session, Step step, Decision decision, DateTime now, Effects effects)
    {
        var instance = step.Instance;
        switch (decision)
        {
            case RunActivity activity:
                Activities.Add(
                    session,
                    instance.Execution,
                    new(instance.Id, activity.Record.Id, activity.Record.Name, activity.Version, activity.Scheduled.Input),
                    effects);
                break;
            case SetTimer timer:
                if (step.Outcome.End is null)
                    Timers.Add(session, instance.Id, instance.Execution, timer.Record.Id, timer.Created.FireAt, effects);
                break;
            case StartChild child:
                StartChildRun(session, instance, child, now, effects);
                break;
            case SendEvent sent:
                Inbox.Add(session, sent.Sent.InstanceId, new EventReceived(sent.Sent.Name, sent.Sent.Payload), effects);
                break;
            default:
                throw new InvalidOperationException($"Unknown decision {decision.GetType().Name}.");
        }
    }

    private static void StartChildRun(SqliteSession session, InstanceRow parent, StartChild child, DateTime now, Effects effects)
    {
        var (taskId, name, id) = (child.Scheduled.Id, child.Scheduled.Name, child.Scheduled.InstanceId);
        if (InstanceRows.Find(session, id) is { } existing)
        {
            if (!existing.Status.IsFinal())
            {
                var failure = new TaskFailure("OrchestrationAlreadyExists", $"An orchestration with the id '{id}' is running already.");
                Inbox.AddForRun(session, parent.Id, parent.Execution, new ChildFailed(taskId, failure), effects);
                return;
            }

            // Every attempt of a retried child has the same id.
            InstanceRows.Delete(session, id, effects);
        }

        InstanceRows.Insert(
            session,
            new StartRequest(id, name, child.Scheduled.Input) { Version = child.Scheduled.Version ?? "" },
            new ParentRun(parent.Id, parent.Execution, taskId, parent.Name),
            now,
            effects);
    }

    private static void StartOver(SqliteSession session, InstanceRow instance, ContinuedAsNew next, Effects effects)
    {
        var input = new Payload(next.Input);
        session.Execute(
            "UPDATE instances SET execution = ?2, input = ?3, version = coalesce(?4, version) WHERE id = ?1",
            instance.Id,
            Guid.NewGuid().ToString("N"),
            input.InRow,
            next.Version);
        input.Keep(session);
        session.Execute("DELETE FROM history WHERE instance = ?1", instance.Id);
        session.Execute("DELETE FROM timers WHERE instance = ?1", instance.Id);
        Inbox.RemoveResults(session, instance.Id);
        foreach (var e in next.KeptEvents)
            Inbox.PutBack(session, instance.Id, e);
        effects.Woken.Add(instance.Id);
        effects.HasChanged(instance.Id);
    }
}
