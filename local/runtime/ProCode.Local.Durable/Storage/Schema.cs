namespace ProCode.Local.Durable.Storage;

/// <summary>
/// The tables of format 2. Times are UTC ticks; an execution is the id of one run of an instance; an input, output or payload is a text, or the hash of one in
/// <c>payloads</c> (see <see cref="Payload"/>).
/// </summary>
internal static class Schema
{
    public static IReadOnlyList<string> All => [.. SinceFormat1, .. SinceFormat2];

    public static IReadOnlyList<string> SinceFormat1 { get; } =
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
        """
        CREATE TABLE timers (instance TEXT, execution TEXT NOT NULL, task INTEGER, fire_at INTEGER NOT NULL,
            PRIMARY KEY (instance, task)) WITHOUT ROWID
        """,
        "CREATE INDEX timers_by_time ON timers (fire_at)",
    ];

    public static IReadOnlyList<string> SinceFormat2 { get; } =
    [
        // How often the file was opened to be written: of this places are made (see Places).
        "CREATE TABLE openings (count INTEGER NOT NULL)",
        "INSERT INTO openings VALUES (0)",
        // Also of those that are not over, which come first.
        "CREATE INDEX instances_by_end ON instances (completed)",
        "CREATE TABLE history (instance TEXT, position INTEGER, event TEXT NOT NULL, payload, PRIMARY KEY (instance, position)) WITHOUT ROWID",

        // What has arrived for an instance and was not yet part of a step, in the order of places.
        "CREATE TABLE inbox (instance TEXT, place INTEGER, event TEXT NOT NULL, payload, PRIMARY KEY (instance, place)) WITHOUT ROWID",
        """
        CREATE TABLE activities (
            place INTEGER PRIMARY KEY,
            instance TEXT NOT NULL,
            execution TEXT NOT NULL,
            task INTEGER NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            input)
        """,
        "CREATE TABLE payloads (hash BLOB PRIMARY KEY, text TEXT NOT NULL)",
        .. Uses.SelectMany(use => new[] { IndexOf(use), ReleaseBy($"DELETE ON {use.Table}", use) }),
        .. Uses.Where(use => use.Table == "instances").Select(use => ReleaseBy($"UPDATE OF {use.Column} ON instances", use)),
    ];

    // Where a payload may be named.
    private static IEnumerable<(string Table, string Column)> Uses =>
        [("history", "payload"), ("inbox", "payload"), ("activities", "input"), ("instances", "input"), ("instances", "output")];

    private static string IndexOf((string Table, string Column) use) =>
        $"CREATE INDEX {use.Table}_with_payload_as_{use.Column} ON {use.Table} ({use.Column}) WHERE {IsHash(use.Column)}";

    // A payload goes with the last row that names it, however that row goes.
    private static string ReleaseBy(string change, (string Table, string Column) use) =>
        $"""
        CREATE TRIGGER release_{use.Column}_after_{change.Replace(" ", "_", StringComparison.Ordinal)} AFTER {change} WHEN {IsHash($"old.{use.Column}")} BEGIN
            DELETE FROM payloads WHERE hash = old.{use.Column} {string.Concat(Uses.Select(other =>
                $"AND NOT EXISTS (SELECT 1 FROM {other.Table} WHERE {IsHash(other.Column)} AND {other.Column} = old.{use.Column}) "))};
        END
        """;

    private static string IsHash(string column) => $"typeof({column}) = 'blob'";
}
