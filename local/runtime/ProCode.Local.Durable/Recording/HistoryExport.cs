using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Recording;

/// <summary>Reads histories beside the engine, whether it runs or not.</summary>
public static class HistoryExport
{
    /// <summary>
    /// What the instance's current run did, or null for an unknown instance. Throws <see cref="DurableFileException"/> when there is no such
    /// file, or it is none of ours.
    /// </summary>
    public static RecordedRun? Read(string databasePath, string instanceId) =>
        DurableFile.ReadBeside(databasePath, session => RecordedRuns.Read(session, instanceId));
}
