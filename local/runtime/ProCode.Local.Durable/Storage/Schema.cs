namespace ProCode.Local.Durable.Storage;

/// <summary>The tables of format 1. Times are UTC ticks; an execution is the id of one run of an instance.</summary>
internal static class Schema
{
    public static readonly string[] Statements =
    [
        """
        CREATE TABLE instances (
            id TEXT PRIMARY KEY,
            execution TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            status TEXT NOT NULL,
            suspended INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            completed INTEGER,
            start_at INTEGER,
            input TEXT,
            output TEXT,
            custom_status TEXT,
            failure TEXT,
            tags TEXT,
            parent_id TEXT,
            parent_execution TEXT,
            parent_task INTEGER,
            parent_name TEXT)
        """,
        "CREATE INDEX instances_by_parent ON instances (parent_id, parent_execution) WHERE parent_id IS NOT NULL",
        "CREATE INDEX instances_by_completion ON instances (completed) WHERE completed IS NOT NULL",
        "CREATE INDEX instances_unfinished ON instances (id) WHERE completed IS NULL",
        "CREATE TABLE history (instance TEXT, position INTEGER, event TEXT NOT NULL, PRIMARY KEY (instance, position)) WITHOUT ROWID",

        // What has arrived for an instance and was not yet part of a step. Places are never reused: they are the order of arrival.
        "CREATE TABLE inbox (place INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, event TEXT NOT NULL)",
        "CREATE INDEX inbox_by_instance ON inbox (instance, place)",
        """
        CREATE TABLE activities (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            instance TEXT NOT NULL,
            execution TEXT NOT NULL,
            task INTEGER NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            input TEXT)
        """,
        """
        CREATE TABLE timers (instance TEXT, execution TEXT NOT NULL, task INTEGER, fire_at INTEGER NOT NULL,
            PRIMARY KEY (instance, task)) WITHOUT ROWID
        """,
        "CREATE INDEX timers_by_time ON timers (fire_at)",
    ];
}
