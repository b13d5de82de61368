using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Storage;

/// <summary>An instance's row as steps and signals need it.</summary>
internal sealed record InstanceRow(
    string Id,
    string Execution,
    string Name,
    string Version,
    RunStatus Status,
    bool Suspended,
    DateTime? StartAt,
    string? Input,
    ParentRun? Parent)
{
    public bool MayStep => !Status.IsFinal() && !Suspended && StartAt is null;

    /// <summary>The state as others see it.</summary>
    public RunStatus ShownStatus => Suspended && !Status.IsFinal() ? RunStatus.Suspended : Status;
}

/// <summary>Reading and writing the instances table.</summary>
internal static class InstanceRows
{
    private static readonly string SelectOne =
        $"""
        SELECT id, execution, name, version, status, suspended, start_at, {Payload.In("input")},
               parent_id, parent_execution, parent_task, parent_name
        FROM instances WHERE id = ?1
        """;

    private static readonly string InfoWithoutPayloads = "SELECT id, name, version, status, suspended, created, updated, tags FROM instances ";
    private static readonly string InfoWithPayloads =
        $"""
        SELECT id, name, version, status, suspended, created, updated, tags, {Payload.In("input")}, {Payload.In("output")}, custom_status, failure
        FROM instances 
        """;

    public static InstanceRow? Find(SqliteSession session, string id) => session.QueryFirst(
        SelectOne,
        row => new InstanceRow(
            row.Text(0),
            row.Text(1),
            row.Text(2),
            row.Text(3),
            Enum.Parse<RunStatus>(row.Text(4)),
            row.Flag(5),
            row.IsNull(6) ? null : row.Time(6),
            row.TextOrNull(7),
            row.IsNull(8) ? null : new ParentRun(row.Text(8), row.Text(9), (int)row.Number(10), row.Text(11))),
        id);

    /// <summary>Instances that had something to do when the last process ended.</summary>
    public static List<string> Ready(SqliteSession session) => session.Query(
        """
        SELECT id FROM instances
        WHERE completed IS NULL AND suspended = 0 AND start_at IS NULL
          AND (EXISTS (SELECT 1 FROM inbox WHERE inbox.instance = instances.id)
               OR NOT EXISTS (SELECT 1 FROM history WHERE history.instance = instances.id))
        """,
        row => row.Text(0));

    /// <summary>False when there is one of that id.</summary>
    public static bool Insert(SqliteSession session, StartRequest start, ParentRun? parent, DateTime now, Effects effects)
    {
        var (execution, input) = (Guid.NewGuid().ToString("N"), new Payload(start.Input));
        var delayed = start.StartAt > now ? start.StartAt : null;
        var inserted = session.Execute(
            """
            INSERT INTO instances (id, execution, name, version, status, created, updated, start_at, input, tags,
                                   parent_id, parent_execution, parent_task, parent_name)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT (id) DO NOTHING
            """,
            start.Id,
            execution,
            start.Name,
            start.Version,
            nameof(RunStatus.Pending),
            now.Ticks,
            delayed?.Ticks,
            input.InRow,
            HistoryJson.Write(start.Tags),
            parent?.InstanceId,
            parent?.Execution,
            parent?.TaskId,
            parent?.Name);
        if (inserted == 0)
            return false;
        input.Keep(session);
        if (delayed is { } time)
            Timers.Add(session, start.Id, execution, Timers.Start, time, effects);
        else
            effects.Woken.Add(start.Id);
        effects.HasChanged(start.Id);
        return true;
    }

    /// <summary>Removes the instance; activities that it has scheduled still run, and their results will find nobody.</summary>
    public static void Delete(SqliteSession session, string id, Effects effects)
    {
        effects.HasChanged(id);
        session.Execute("DELETE FROM history WHERE instance = ?1", id);
        session.Execute("DELETE FROM inbox WHERE instance = ?1", id);
        session.Execute("DELETE FROM timers WHERE instance = ?1", id);
        session.Execute("DELETE FROM instances WHERE id = ?1", id);
    }

    /// <summary>
    /// The end of a run: its row, its last history event, and the news for its parent. Activities that were scheduled still run, as on
    /// Azure; nobody takes their results.
    /// </summary>
    public static void Finish(
        SqliteSession session,
        InstanceRow instance,
        RunStatus status,
        string? output,
        TaskFailure? failure,
        int historyLength,
        DateTime now,
        Effects effects)
    {
        var kept = new Payload(output);
        session.Execute(
            "UPDATE instances SET status = ?2, suspended = 0, start_at = NULL, output = ?3, failure = ?4, updated = ?5, completed = ?5 WHERE id = ?1",
            instance.Id,
            status.ToString(),
            kept.InRow,
            HistoryJson.Write(failure),
            now.Ticks);
        kept.Keep(session);
        HistoryRows.Append(session, instance.Id, historyLength, [new RunEnded(status)]);
        session.Execute("DELETE FROM timers WHERE instance = ?1", instance.Id);
        session.Execute("DELETE FROM inbox WHERE instance = ?1", instance.Id);
        effects.HasChanged(instance.Id);

        if (instance.Parent is { } parent)
            Inbox.AddForRun(
                session,
                parent.InstanceId,
                parent.Execution,
                status == RunStatus.Completed
                    ? new ChildCompleted(parent.TaskId, output)
                    : new ChildFailed(parent.TaskId, failure ?? new TaskFailure("Terminated", $"The orchestration '{instance.Id}' was terminated.")),
                effects);
    }

    public static InstanceInfo? Describe(SqliteSession session, string id, bool payloads) =>
        session.QueryFirst(Info(payloads) + "WHERE id = ?1", row => ReadInfo(row, payloads), id);

    /// <summary>One page in the order of ids, after the given one.</summary>
    public static List<InstanceInfo> List(SqliteSession session, InstanceFilter filter, string? after, int limit, bool payloads)
    {
        var statuses = filter.Statuses is { Count: > 0 } wanted ? $",{string.Join(',', wanted)}," : null;
        return session.Query(
            Info(payloads) +
            """
            WHERE id > ?1 AND id >= ?2 AND id < ?2 || char(1114111)
              AND created >= ?3 AND created <= ?4
              AND (?5 IS NULL OR instr(?5, ',' || CASE WHEN suspended = 1 AND completed IS NULL THEN 'Suspended' ELSE status END || ',') > 0)
            ORDER BY id LIMIT ?6
            """,
            row => ReadInfo(row, payloads),
            after ?? "",
            filter.IdPrefix ?? "",
            (filter.CreatedFrom ?? DateTime.MinValue).Ticks,
            (filter.CreatedTo ?? DateTime.MaxValue).Ticks,
            statuses,
            limit);
    }

    public static List<string> Children(SqliteSession session, InstanceRow instance) => session.Query(
        "SELECT id FROM instances WHERE parent_id = ?1 AND parent_execution = ?2",
        row => row.Text(0),
        instance.Id,
        instance.Execution);

    public static List<string> CompletedBefore(SqliteSession session, DateTime time, int limit) => session.Query(
        "SELECT id FROM instances WHERE completed < ?1 LIMIT ?2", row => row.Text(0), time.Ticks, limit);

    private static string Info(bool payloads) => payloads ? InfoWithPayloads : InfoWithoutPayloads;

    private static InstanceInfo ReadInfo(SqliteRow row, bool payloads)
    {
        var status = Enum.Parse<RunStatus>(row.Text(3));
        return new()
        {
            Id = row.Text(0),
            Name = row.Text(1),
            Version = row.Text(2),
            Status = row.Flag(4) && !status.IsFinal() ? RunStatus.Suspended : status,
            CreatedAt = row.Time(5),
            UpdatedAt = row.Time(6),
            Tags = HistoryJson.ReadTags(row.TextOrNull(7)),
            Input = payloads ? row.TextOrNull(8) : null,
            Output = payloads ? row.TextOrNull(9) : null,
            CustomStatus = payloads ? row.TextOrNull(10) : null,
            Failure = payloads ? HistoryJson.ReadFailure(row.TextOrNull(11)) : null,
        };
    }
}
