namespace ProCode.Pipelines.Logs;

/// <summary>A part of a log as it was at one moment: <paramref name="Length"/> bytes from <paramref name="From"/> on, of <paramref name="Total"/>. None of
/// them when the log ends there or before.</summary>
public sealed record StageLogReading(string ETag, long Total, long From, long Length, Stream Content) : IAsyncDisposable
{
    /// <summary>The log of an attempt that has written nothing yet.</summary>
    public static StageLogReading Nothing(long from) => new("\"nothing-yet\"", 0, from, 0, Stream.Null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
