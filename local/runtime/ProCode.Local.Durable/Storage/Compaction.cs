namespace ProCode.Local.Durable.Storage;

/// <summary>Gives room that purged instances have left in the file back to the disk.</summary>
internal static class Compaction
{
    // Less is used again soon, and not worth that the whole file is written anew.
    private const long FewestBytes = 1 << 20;
    private const int FreePart = 4;

    /// <summary>Whether it was worth it. Not to be called within a transaction.</summary>
    public static bool Run(SqliteSession session)
    {
        var (free, all, size) = (Number(session, "freelist_count"), Number(session, "page_count"), Number(session, "page_size"));
        if (free * size < FewestBytes || free < all / FreePart)
            return false;
        // The copy that this makes belongs on the disk, whatever else is kept in memory.
        session.Execute("PRAGMA temp_store=FILE");
        try
        {
            session.Execute("VACUUM");
        }
        finally
        {
            session.Execute("PRAGMA temp_store=MEMORY");
        }

        // Only now does the file itself get shorter; as far as readers let it: nothing waits for them, because every commit would wait, too.
        session.BusyWait(TimeSpan.Zero);
        try
        {
            session.Query("PRAGMA wal_checkpoint(TRUNCATE)", _ => true);
        }
        finally
        {
            session.BusyWait(SqliteSession.LongestWait);
        }

        return true;
    }

    private static long Number(SqliteSession session, string pragma) => session.QueryFirst($"PRAGMA {pragma}", row => row.Number(0));
}
