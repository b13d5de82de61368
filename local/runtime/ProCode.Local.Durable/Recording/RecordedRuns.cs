using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Replay;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Recording;

/// <summary>Makes recorded runs of what the engine knows.</summary>
internal static class RecordedRuns
{
    public static RecordedEnd? Describe(RunEnd? end) => end switch
    {
        null => null,
        Completed completed => new(nameof(RunStatus.Completed), Output: completed.Output),
        Failed failed => new(nameof(RunStatus.Failed), Failure: failed.Failure),
        ContinuedAsNew next => new(RecordedEnd.ContinuedAsNew, Input: next.Input, Version: next.Version),
        _ => throw new InvalidOperationException($"Unknown end {end.GetType().Name}."),
    };

    /// <summary>The instance's current run as the file has it.</summary>
    public static RecordedRun? Read(SqliteSession session, string id)
    {
        if (InstanceRows.Find(session, id) is not { } instance || InstanceRows.Describe(session, id, payloads: true) is not { } info)
            return null;
        return new()
        {
            Orchestrator = instance.Name,
            Version = instance.Version,
            InstanceId = instance.Id,
            Parent = instance.Parent,
            Input = instance.Input,
            Events = [.. HistoryRows.Read(session, id).Where(e => e is not RunEnded)],
            End = info.Status.IsFinal() ? new(info.Status.ToString(), info.Output, info.Failure) : null,
        };
    }
}
