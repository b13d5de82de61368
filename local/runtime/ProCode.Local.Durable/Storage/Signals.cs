using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Storage;

/// <summary>What clients do to instances from outside.</summary>
internal static class Signals
{
    /// <summary>False when an instance of that id is in a state that refuses the start.</summary>
    public static bool Start(SqliteSession session, StartRequest start, DateTime now, Effects effects)
    {
        if (InstanceRows.Insert(session, start, parent: null, now, effects))
            return true;
        var existing = InstanceRows.Find(session, start.Id)!;
        if (start.BlockingStatuses.Contains(existing.ShownStatus))
            return false;
        // Its end first: somebody may wait for it.
        if (!existing.Status.IsFinal())
            InstanceRows.Finish(session, existing, RunStatus.Terminated, null, null, HistoryRows.Count(session, start.Id), now, effects);
        InstanceRows.Delete(session, start.Id, effects);
        return InstanceRows.Insert(session, start, parent: null, now, effects);
    }

    /// <summary>Starts what the instance was again, under its own id, if it is finished, or another.</summary>
    public static SignalOutcome Restart(SqliteSession session, string id, string newId, DateTime now, Effects effects)
    {
        if (InstanceRows.Describe(session, id, payloads: true) is not { } was)
            return SignalOutcome.NotFound;
        if (newId == id && !was.Status.IsFinal())
            return SignalOutcome.WrongState;
        Start(session, new(newId, was.Name, was.Input) { Version = was.Version, Tags = was.Tags }, now, effects);
        return SignalOutcome.Accepted;
    }

    public static SignalOutcome Raise(SqliteSession session, string id, string name, string? payload, Effects effects) =>
        Inbox.Add(session, id, new EventReceived(name, payload), effects) ? SignalOutcome.Accepted
            : InstanceRows.Find(session, id) is null ? SignalOutcome.NotFound
            : SignalOutcome.WrongState;

    public static SignalOutcome Terminate(SqliteSession session, string id, string? output, bool recursive, DateTime now, Effects effects) =>
        Signal(session, id, instance =>
        {
            if (recursive)
                foreach (var child in InstanceRows.Children(session, instance))
                    Terminate(session, child, output, recursive, now, effects);
            InstanceRows.Finish(session, instance, RunStatus.Terminated, output, null, HistoryRows.Count(session, id), now, effects);
        });

    /// <summary>Ends a run whose code did something that can't be replayed, if it is still that run.</summary>
    public static bool Fail(SqliteSession session, string id, string execution, TaskFailure failure, DateTime now, Effects effects)
    {
        if (InstanceRows.Find(session, id) is not { } instance || instance.Execution != execution || instance.Status.IsFinal())
            return false;
        InstanceRows.Finish(session, instance, RunStatus.Failed, null, failure, HistoryRows.Count(session, id), now, effects);
        return true;
    }

    public static SignalOutcome Suspend(SqliteSession session, string id, DateTime now, Effects effects) =>
        Signal(session, id, _ => SetSuspended(session, id, true, now, effects));

    public static SignalOutcome Resume(SqliteSession session, string id, DateTime now, Effects effects)
    {
        var outcome = SignalOutcome.WrongState;
        var found = Signal(session, id, instance =>
        {
            if (!instance.Suspended)
                return;
            SetSuspended(session, id, false, now, effects);
            effects.Woken.Add(id);
            outcome = SignalOutcome.Accepted;
        });
        return found == SignalOutcome.Accepted ? outcome : found;
    }

    /// <summary>Removes finished instances only; returns how many.</summary>
    public static int Purge(SqliteSession session, IEnumerable<string> ids, bool recursive, Effects effects)
    {
        var purged = 0;
        foreach (var id in ids)
        {
            if (InstanceRows.Find(session, id) is not { } instance || !instance.Status.IsFinal())
                continue;
            var children = recursive ? InstanceRows.Children(session, instance) : [];
            InstanceRows.Delete(session, id, effects);
            purged += 1 + Purge(session, children, recursive, effects);
        }

        return purged;
    }

    private static SignalOutcome Signal(SqliteSession session, string id, Action<InstanceRow> act)
    {
        if (InstanceRows.Find(session, id) is not { } instance)
            return SignalOutcome.NotFound;
        if (instance.Status.IsFinal())
            return SignalOutcome.WrongState;
        act(instance);
        return SignalOutcome.Accepted;
    }

    private static void SetSuspended(SqliteSession session, string id, bool suspended, DateTime now, Effects effects)
    {
        session.Execute("UPDATE instances SET suspended = ?2, updated = ?3 WHERE id = ?1", id, suspended ? 1 : 0, now.Ticks);
        effects.HasChanged(id);
    }
}
