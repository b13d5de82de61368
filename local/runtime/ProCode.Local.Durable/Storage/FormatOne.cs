namespace ProCode.Local.Durable.Storage;

/// <summary>Brings a file of format 1 to format 2, where payloads stand beside their events.</summary>
internal static class FormatOne
{
    private const string Payload = "coalesce(json_extract(event, '$.Input'), json_extract(event, '$.Result'), json_extract(event, '$.Payload'))";
    private const string Event = "json_remove(event, '$.Input', '$.Result', '$.Payload')";

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
        session.Execute($"INSERT INTO history SELECT instance, position, {Event}, {Payload} FROM history_1");
        session.Execute($"INSERT INTO inbox SELECT instance, place, {Event}, {Payload} FROM inbox_1");
        session.Execute("INSERT INTO activities SELECT place, instance, execution, task, name, version, input FROM activities_1");
        foreach (var table in tables)
            session.Execute($"DROP TABLE {table}_1");
    }
}
