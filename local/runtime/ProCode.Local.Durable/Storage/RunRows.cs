using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Storage;

/// <summary>The recorded history of each instance's current run.</summary>
internal static class HistoryRows
{
    public static int Count(SqliteSession session, string instance) => session.QueryFirst(
        "SELECT coalesce(max(position) + 1, 0) FROM history WHERE instance = ?1", row => row.GetInt32(0), instance);

    public static List<HistoryEvent> Read(SqliteSession session, string instance) => session.Query(
        "SELECT event FROM history WHERE instance = ?1 ORDER BY position", row => HistoryJson.ReadEvent(row.GetString(0)), instance);

    public static void Append(SqliteSession session, string instance, int position, IEnumerable<HistoryEvent> events)
    {
        foreach (var e in events)
            session.Execute("INSERT INTO history (instance, position, event) VALUES (?1, ?2, ?3)", instance, position++, HistoryJson.Write(e));
    }
}

/// <summary>What has arrived for instances and waits for their next step.</summary>
internal static class Inbox
{
    public static List<(long Place, HistoryEvent Event)> Read(SqliteSession session, string instance) => session.Query(
        "SELECT place, event FROM inbox WHERE instance = ?1 ORDER BY place",
        row => (row.GetInt64(0), HistoryJson.ReadEvent(row.GetString(1)) switch
        {
            EventReceived e => e with { Place = row.GetInt64(0) },
            var e => e,
        }),
        instance);

    public static void RemoveUpTo(SqliteSession session, string instance, long place) =>
        session.Execute("DELETE FROM inbox WHERE instance = ?1 AND place <= ?2", instance, place);

    /// <summary>
    /// Leaves the events only: what else has come while the run's last step was taken answers what that run has asked for, and the next one counts from 0 again.
    /// </summary>
    public static void RemoveResults(SqliteSession session, string instance) => session.Execute(
        """DELETE FROM inbox WHERE instance = ?1 AND json_extract(event, '$."$"') <> 'eventReceived'""", instance);

    public static void Add(SqliteSession session, string instance, HistoryEvent e, Effects effects)
    {
        session.Execute("INSERT INTO inbox (instance, event) VALUES (?1, ?2)", instance, HistoryJson.Write(e));
        effects.Woken.Add(instance);
    }

    /// <summary>Puts an event that was taken but not used back to where it was in line.</summary>
    public static void PutBack(SqliteSession session, string instance, EventReceived e) =>
        session.Execute("INSERT INTO inbox (place, instance, event) VALUES (?1, ?2, ?3)", e.Place, instance, HistoryJson.Write(e));

    /// <summary>Adds only when that very run is still alive; results for a run that is over are dropped.</summary>
    public static void AddForRun(SqliteSession session, string instance, string execution, HistoryEvent e, Effects effects)
    {
        if (session.Exists("SELECT 1 FROM instances WHERE id = ?1 AND execution = ?2 AND completed IS NULL", instance, execution))
            Add(session, instance, e, effects);
    }
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
            row => (Instance: row.GetString(0), Execution: row.GetString(1), Task: row.GetInt32(2)),
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
            effects.Woken.Add(timer.Instance);
        }

        return due.Count;
    }
}

/// <summary>Activities that have been scheduled and whose result is not recorded.</summary>
internal static class Activities
{
    public static List<ActivityRow> All(SqliteSession session) => session.Query(
        "SELECT place, execution, instance, task, name, version, input FROM activities ORDER BY place",
        row => new ActivityRow(
            row.GetInt64(0),
            row.GetString(1),
            new(row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.TextOrNull(6))));

    public static void Add(SqliteSession session, string execution, ActivityCall call, Effects effects)
    {
        session.Execute(
            "INSERT INTO activities (instance, execution, task, name, version, input) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            call.InstanceId,
            execution,
            call.TaskId,
            call.Name,
            call.Version,
            call.Input);
        effects.Activities.Add(new(session.LastRowId(), execution, call));
    }

    /// <summary>Records the result and takes the activity off the list, as one.</summary>
    public static void Complete(SqliteSession session, ActivityRow activity, HistoryEvent result, Effects effects)
    {
        session.Execute("DELETE FROM activities WHERE place = ?1", activity.Place);
        Inbox.AddForRun(session, activity.Call.InstanceId, activity.Execution, result, effects);
    }
}
