using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Recording;

/// <summary>
/// What one run of an instance did, apart from the engine: what it began with, its history, and how it ended. As text it is JSON for
/// people, the same bytes for the same run: no id of an execution, no place in a queue, no stack trace.
/// </summary>
public sealed record RecordedRun
{
    // Under which the engine's own histories say what an event is.
    private const string Kind = "$";

    public required string Orchestrator { get; init; }

    /// <summary>Empty for a run that was begun without one.</summary>
    public required string Version { get; init; }

    public required string InstanceId { get; init; }

    /// <summary>The orchestration that called this one; its execution is not recorded.</summary>
    public ParentRun? Parent { get; init; }

    public string? Input { get; init; }

    public required IReadOnlyList<HistoryEvent> Events { get; init; }

    /// <summary>Null while the run goes on.</summary>
    public RecordedEnd? End { get; init; }

    public static RecordedRun Parse(string json)
    {
        var run = JsonNode.Parse(json)!.AsObject();
        return new()
        {
            Orchestrator = Text(run, "orchestrator"),
            Version = Text(run, "version"),
            InstanceId = Text(run, "instance"),
            Parent = run["parent"] is JsonObject parent ? new(Text(parent, "instance"), "", 0, Text(parent, "orchestrator")) : null,
            Input = RecordedPayload.ToText(run["input"]),
            Events = [.. run["events"]!.AsArray().Select(each => Read(each!, HistoryJson.Readable.HistoryEvent))],
            End = run["end"] is { } end ? Read(end, HistoryJson.Readable.RecordedEnd) : null,
        };

        static string Text(JsonObject of, string name) =>
            of[name]?.GetValue<string>() ?? throw new JsonException($"A recorded run has no '{name}'.");
    }

    public string ToJson()
    {
        var run = new JsonObject { ["orchestrator"] = Orchestrator, ["version"] = Version, ["instance"] = InstanceId };
        if (Parent is not null)
            run["parent"] = new JsonObject { ["instance"] = Parent.InstanceId, ["orchestrator"] = Parent.Name };
        if (Input is not null)
            run["input"] = RecordedPayload.ToNode(Input);
        run["events"] = new JsonArray([.. Events.Select(each => Write(Plain(each), HistoryJson.Readable.HistoryEvent))]);
        if (End is not null)
            run["end"] = Write(End with { Failure = Plain(End.Failure) }, HistoryJson.Readable.RecordedEnd);
        return run.ToJsonString(RecordedPayload.Indented) + "\n";
    }

    private static HistoryEvent Plain(HistoryEvent e) => e switch
    {
        ActivityFailed failed => failed with { Failure = Plain(failed.Failure)! },
        ChildFailed failed => failed with { Failure = Plain(failed.Failure)! },
        EventReceived received => received with { Place = 0 },
        _ => e,
    };

    private static TaskFailure? Plain(TaskFailure? failure) =>
        failure is null ? null : failure with { StackTrace = null, Inner = Plain(failure.Inner) };

    // What an event is comes first, and long things last.
    private static JsonObject Write<T>(T value, JsonTypeInfo<T> type)
    {
        var node = JsonSerializer.SerializeToNode(value, type)!.AsObject();
        var written = new JsonObject();
        foreach (var (name, property) in node.OrderBy(property => RecordedPayload.Rank(property.Key)))
            written[name == Kind ? "event" : name] =
                RecordedPayload.Properties.Contains(name) ? RecordedPayload.ToNode(property!.GetValue<string>()) : property?.DeepClone();
        return written;
    }

    private static T Read<T>(JsonNode node, JsonTypeInfo<T> type)
    {
        var read = new JsonObject();
        foreach (var (name, property) in node.AsObject().OrderBy(property => property.Key != "event"))
            read[name == "event" ? Kind : name] =
                RecordedPayload.Properties.Contains(name) ? RecordedPayload.ToText(property) : property?.DeepClone();
        return read.Deserialize(type) ?? throw new JsonException("A recorded run has an event that is null.");
    }
}

/// <summary>
/// How a recorded run ended: with a final <see cref="RunStatus"/>, or as <see cref="ContinuedAsNew"/> with the next run's input, and its
/// version when that is another.
/// </summary>
public sealed record RecordedEnd(
    string Status, string? Output = null, TaskFailure? Failure = null, string? Input = null, string? Version = null)
{
    public const string ContinuedAsNew = nameof(ContinuedAsNew);
}
