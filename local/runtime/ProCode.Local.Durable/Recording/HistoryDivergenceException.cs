namespace ProCode.Local.Durable.Recording;

/// <summary>An orchestrator's code doesn't do what a recorded run did.</summary>
public sealed class HistoryDivergenceException(RecordedRun run, int index, string what)
    : Exception($"{run?.Orchestrator} ('{run?.InstanceId}', version '{run?.Version}') parts from its history at {Place(run, index)}: {what}")
{
    /// <summary>The event, counted from 0; one past the last is the end of the run.</summary>
    public int Index { get; } = index;

    private static string Place(RecordedRun? run, int index) =>
        run is null || index >= run.Events.Count ? "its end" : $"event {index} ({EventNames.Describe(run.Events[index])})";
}
