using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Storage;

/// <summary>The recorded history of each instance's current run.</summary>
internal static class HistoryRows
{
    private static readonly string SelectAll = $"SELECT event, {Payload.In("payload")} FROM history WHERE instance = ?1 ORDER BY position";

    public static int Count(SqliteSession session, string instance) => session.QueryFirst(
        "SELECT coalesce(max(position) + 1, 0) FROM history WHERE instance = ?1", row => (int)row.Number(0), instance);

    public static List<HistoryEvent> Read(SqliteSession session, string instance) =>
        session.Query(SelectAll, row => HistoryJson.ReadEvent(row.Text(0), row.TextOrNull(1)), instance);

    public static void Append(SqliteSession session, string instance, int position, IEnumerable<HistoryEvent> events)
    {
        foreach (var e in events)
        {
            var payload = new Payload(e.Carried);
            session.Execute(
                "INSERT INTO history (instance, position, event, payload) VALUES (?1, ?2, ?3, ?4)", instance, position++, HistoryJson.Write(e), payload.InRow);
            payload.Keep(session);
        }
    }
}

/// <summary>Something that has arrived for an instance, and where it stands in line.</summary>
internal sealed record Message(long Place, HistoryEvent Event);

/// <summary>What has arrived for instances and waits for their next step.</summary>
internal static class Inbox
{
    private static readonly string SelectAll = $"SELECT place, event, {Payload.In("payload")} FROM inbox WHERE instance = ?1 ORDER BY place";

    public static List<Message> Read(SqliteSession session, string instance) =>
        session.Query(SelectAll, row => At(row.Number(0), HistoryJson.ReadEvent(row.Text(1), row.TextOrNull(2))), instance);

    /// <summary>The place of the last of them, 0 when there is none.</summary>
    public static long LastPlace(this IReadOnlyList<Message> messages) => messages.Count == 0 ? 0 : messages[^1].Place;

    public static void RemoveUpTo(SqliteSession session, string instance, long place) =>
        session.Execute("DELETE FROM inbox WHERE instance = ?1 AND place <= ?2", instance, place);

    /// <summary>
    /// Leaves the events only: what else has come while the run's last step was taken answers what that run has asked for, and the next one counts from 0 again.
    /// </summary>
    public static void RemoveResults(SqliteSession session, string instance) => session.Execute(
        """DELETE FROM inbox WHERE instance = ?1 AND json_extract(event, '$."$"') <> 'eventReceived'""", instance);

    /// <summary>Puts an event that was taken but not used back to where it was in line.</summary>
    public static void PutBack(SqliteSession session, string instance, EventReceived e) => Insert(session, instance, new(e.Place, e));

    /// <summary>Adds it where it belongs, and wakes nobody.</summary>
    public static void Insert(SqliteSession session, string instance, Message message)
    {
        var payload = new Payload(message.Event.Carried);
        session.Execute(
            "INSERT INTO inbox (instance, place, event, payload) VALUES (?1, ?2, ?3, ?4)",
            instance,
            message.Place,
            HistoryJson.Write(message.Event),
            payload.InRow);
        payload.Keep(session);
    }

    /// <summary>Adds it only when there is such an instance and it is not over; false otherwise.</summary>
    public static bool Add(SqliteSession session, string instance, HistoryEvent e, Effects effects) =>
        AddForRun(session, instance, execution: null, e, effects);

    /// <summary>Adds it only when that very run is still alive, whichever that is without one; results for a run that is over are dropped.</summary>
    public static bool AddForRun(SqliteSession session, string instance, string? execution, HistoryEvent e, Effects effects)
    {
        var (place, payload) = (effects.NextPlace(), new Payload(e.Carried));
        var added = session.Execute(
            """
            INSERT INTO inbox (instance, place, event, payload) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (
                SELECT 1 FROM instances WHERE id = ?1 AND (?5 IS NULL OR execution = ?5) AND completed IS NULL)
            """,
            instance,
            place,
            HistoryJson.Write(e),
            payload.InRow,
            execution);
        if (added == 0)
            return false;
        payload.Keep(session);
        effects.HasArrived(instance, At(place, e));
        return true;
    }

    private static Message At(long place, HistoryEvent e) => new(place, e is EventReceived received ? received with { Place = place } : e);
}

/// <summary>Timers that wait for their time, and starts that wait for theirs.</summary>
internal static class Timers
{
    /// <summary>The task number under which a delayed start waits.</summary>
    public const int Start = -1;

    public static void Add(SqliteSession session, string instance, string execution, int task, DateTime fireAt, Effects effects)
    {
        session.Execute(
            "INSERT INTO timers (instance, execution, task, fire_at) VALUES (?1, ?2, ?3, ?4)", instance, execution, task, fireAt.Ticks);
        effects.TimerAt(fireAt);
    }

    public static void Remove(SqliteSession session, string instance, int task) =>
        session.Execute("DELETE FROM timers WHERE instance = ?1 AND task = ?2", instance, task);

    public static DateTime? Next(SqliteSession session) => session.QueryFirst<DateTime?>(
        "SELECT fire_at FROM timers ORDER BY fire_at LIMIT 1", row => row.Time(0));

    /// <summary>Turns what is due into messages; returns how many there were.</summary>
    public static int Fire(SqliteSession session, DateTime now, int limit, Effects effects)
    {
        var due = session.Query(
            "SELECT instance, execution, task FROM timers WHERE fire_at <= ?1 ORDER BY fire_at LIMIT ?2",
            row => (Instance: row.Text(0), Execution: row.Text(1), Task: (int)row.Number(2)),
            now.Ticks,
            limit);
        foreach (var timer in due)
        {
            Remove(session, timer.Instance, timer.Task);
            if (timer.Task != Start)
            {
                Inbox.AddForRun(session, timer.Instance, timer.Execution, new TimerFired(timer.Task), effects);
                continue;
            }

            session.Execute("UPDATE instances SET start_at = NULL WHERE id = ?1", timer.Instance);
            effects.HasChanged(timer.Instance);
            effects.Woken.Add(timer.Instance);
        }

        return due.Count;
    }
}

/// <summary>Activities that have been scheduled and whose result is not recorded.</summary>
internal static class Activities
{
    private static readonly string SelectAll = $"SELECT place, execution, instance, task, name, version, {Payload.In("input")} FROM activities ORDER BY place";

    public static List<ActivityRow> All(SqliteSession session) => session.Query(
        SelectAll,
        row => new ActivityRow(
            row.Number(0),
            row.Text(1),
            new(row.Text(2), (int)row.Number(3), row.Text(4), row.Text(5), row.TextOrNull(6))));

    public static void Add(SqliteSession session, string execution, ActivityCall call, Effects effects)
    {
        var (place, input) = (effects.NextPlace(), new Payload(call.Input));
        session.Execute(
            "INSERT INTO activities (place, instance, execution, task, name, version, input) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            place,
            call.InstanceId,
            execution,
            call.TaskId,
            call.Name,
            call.Version,
            input.InRow);
        input.Keep(session);
        effects.Activities.Add(new(place, execution, call));
    }

    /// <summary>Records the result and takes the activity off the list, as one.</summary>
    public static void Complete(SqliteSession session, ActivityRow activity, HistoryEvent result, Effects effects)
    {
        session.Execute("DELETE FROM activities WHERE place = ?1", activity.Place);
        Inbox.AddForRun(session, activity.Call.InstanceId, activity.Execution, result, effects);
    }
}
