using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Storage;

/// <summary>Brings a file of format 1 to format 2, where payloads stand beside their events.</summary>
internal static class FormatOne
{
    /// <summary>To be called within a transaction.</summary>
    public static void Upgrade(SqliteSession session)
    {
        string[] tables = ["history", "inbox", "activities"];
        foreach (var table in tables)
            session.Execute($"ALTER TABLE {table} RENAME TO {table}_1");
        session.Execute("DROP INDEX instances_by_completion");
        session.Execute("DROP INDEX instances_unfinished");
        foreach (var statement in Schema.SinceFormat2)
            session.Execute(statement);
        foreach (var id in session.Query("SELECT id FROM instances", row => row.Text(0)))
            Move(session, id);
        MoveActivities(session);
        foreach (var table in tables)
            session.Execute($"DROP TABLE {table}_1");
    }

    private static void Move(SqliteSession session, string id)
    {
        var history = session.Query(
            "SELECT event FROM history_1 WHERE instance = ?1 ORDER BY position", row => HistoryJson.ReadEvent(row.Text(0), carried: null), id);
        HistoryRows.Append(session, id, position: 0, history);
        var inbox = session.Query(
            "SELECT place, event FROM inbox_1 WHERE instance = ?1 ORDER BY place",
            row => new Message(row.Number(0), HistoryJson.ReadEvent(row.Text(1), carried: null)),
            id);
        foreach (var message in inbox)
            Inbox.Insert(session, id, message);
        var (input, output) = session.QueryFirst(
            "SELECT input, output FROM instances WHERE id = ?1", row => (new Payload(row.TextOrNull(0)), new Payload(row.TextOrNull(1))), id);
        session.Execute("UPDATE instances SET input = ?2, output = ?3 WHERE id = ?1", id, input.InRow, output.InRow);
        input.Keep(session);
        output.Keep(session);
    }

    private static void MoveActivities(SqliteSession session)
    {
        foreach (var (place, input) in session.Query("SELECT place, input FROM activities_1", row => (row.Number(0), new Payload(row.TextOrNull(1)))))
        {
            session.Execute(
                "INSERT INTO activities SELECT place, instance, execution, task, name, version, ?2 FROM activities_1 WHERE place = ?1", place, input.InRow);
            input.Keep(session);
        }
    }
}
