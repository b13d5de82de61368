using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ProCode.Local.Durable.Recording;

namespace ProCode.Local.Durable.History;

/// <summary>
/// One fact of a run's history. A step is recorded as <see cref="StepStarted"/>, then what arrived, then what the orchestrator
/// decided; replaying these in order brings the orchestrator's code to the same place.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(StepStarted), "stepStarted")]
[JsonDerivedType(typeof(ActivityScheduled), "activityScheduled")]
[JsonDerivedType(typeof(ActivityCompleted), "activityCompleted")]
[JsonDerivedType(typeof(ActivityFailed), "activityFailed")]
[JsonDerivedType(typeof(TimerCreated), "timerCreated")]
[JsonDerivedType(typeof(TimerFired), "timerFired")]
[JsonDerivedType(typeof(ChildScheduled), "childScheduled")]
[JsonDerivedType(typeof(ChildCompleted), "childCompleted")]
[JsonDerivedType(typeof(ChildFailed), "childFailed")]
[JsonDerivedType(typeof(EventReceived), "eventReceived")]
[JsonDerivedType(typeof(EventSent), "eventSent")]
[JsonDerivedType(typeof(RunEnded), "runEnded")]
public abstract record HistoryEvent
{
    /// <summary>The text of any length that came from outside the engine; it is stored beside the event.</summary>
    internal virtual string? Carried => null;

    internal virtual HistoryEvent Carrying(string? text) => this;
}

/// <summary>The orchestrator was woken; its clock stands at <paramref name="At"/> (UTC) during the whole step.</summary>
public sealed record StepStarted(DateTime At) : HistoryEvent;

/// <summary>Something the orchestrator decided; replay must decide the same under the same id.</summary>
public abstract record DecisionEvent(int Id, string Name) : HistoryEvent;

/// <summary>An activity was asked for.</summary>
public sealed record ActivityScheduled(int Id, string Name, string? Input = null) : DecisionEvent(Id, Name)
{
    internal override string? Carried => Input;

    internal override HistoryEvent Carrying(string? text) => this with { Input = text };
}

/// <summary>A timer was set.</summary>
public sealed record TimerCreated(int Id, DateTime FireAt) : DecisionEvent(Id, "timer");

/// <summary>A child run was asked for.</summary>
public sealed record ChildScheduled(int Id, string Name, string InstanceId, string? Version = null, string? Input = null) : DecisionEvent(Id, Name)
{
    internal override string? Carried => Input;

    internal override HistoryEvent Carrying(string? text) => this with { Input = text };
}

/// <summary>An event was sent to another instance.</summary>
public sealed record EventSent(int Id, string Name, string InstanceId, string? Payload = null) : DecisionEvent(Id, Name)
{
    internal override string? Carried => Payload;

    internal override HistoryEvent Carrying(string? text) => this with { Payload = text };
}

/// <summary>The activity has returned.</summary>
public sealed record ActivityCompleted(int Id, string? Result) : HistoryEvent
{
    internal override string? Carried => Result;

    internal override HistoryEvent Carrying(string? text) => this with { Result = text };
}

/// <summary>The activity has thrown.</summary>
public sealed record ActivityFailed(int Id, TaskFailure Failure) : HistoryEvent;

/// <summary>The timer's time has come.</summary>
public sealed record TimerFired(int Id) : HistoryEvent;

/// <summary>The child has completed.</summary>
public sealed record ChildCompleted(int Id, string? Result) : HistoryEvent
{
    internal override string? Carried => Result;

    internal override HistoryEvent Carrying(string? text) => this with { Result = text };
}

/// <summary>The child has failed or was terminated.</summary>
public sealed record ChildFailed(int Id, TaskFailure Failure) : HistoryEvent;

/// <summary>An external event has arrived. <paramref name="Place"/> is its place in line, kept when the run continues as new.</summary>
public sealed record EventReceived(string Name, string? Payload, long Place = 0) : HistoryEvent
{
    internal override string? Carried => Payload;

    internal override HistoryEvent Carrying(string? text) => this with { Payload = text };
}

/// <summary>The run is over; output and failure are in the instance's row.</summary>
public sealed record RunEnded(RunStatus Status) : HistoryEvent;

[JsonSerializable(typeof(HistoryEvent))]
[JsonSerializable(typeof(TaskFailure))]
[JsonSerializable(typeof(RecordedEnd))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class HistoryJson : JsonSerializerContext
{
    // Names are not for HTML: escape no more than needed.
    private static readonly HistoryJson Relaxed = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<RunStatus>() },
    });

    /// <summary>For people: names as they are usual in JSON, nothing left out but what is null.</summary>
    public static HistoryJson Readable { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowOutOfOrderMetadataProperties = true,
    });

    /// <summary>Without what it carries.</summary>
    public static string Write(HistoryEvent value) =>
        JsonSerializer.Serialize(value.Carried is null ? value : value.Carrying(null), Relaxed.HistoryEvent);

    public static string? Write(TaskFailure? value) => value is null ? null : JsonSerializer.Serialize(value, Relaxed.TaskFailure);

    public static string? Write(IReadOnlyDictionary<string, string>? tags) => tags is { Count: > 0 }
        ? JsonSerializer.Serialize(new Dictionary<string, string>(tags), Relaxed.DictionaryStringString)
        : null;

    public static Dictionary<string, string>? ReadTags(string? text) =>
        text is null ? null : JsonSerializer.Deserialize(text, Relaxed.DictionaryStringString);

    public static HistoryEvent ReadEvent(string text, string? carried)
    {
        var bare = JsonSerializer.Deserialize(text, Relaxed.HistoryEvent) ?? throw new JsonException("A history event is null.");
        return carried is null ? bare : bare.Carrying(carried);
    }

    public static TaskFailure? ReadFailure(string? text) => text is null ? null : JsonSerializer.Deserialize(text, Relaxed.TaskFailure);
}
