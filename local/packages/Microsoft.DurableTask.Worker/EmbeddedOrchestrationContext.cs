using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Local.Durable;
using ProCode.Local.Durable.Replay;

namespace Microsoft.DurableTask.Worker;

/// <summary>The context of one run: payloads become text, long timers become pieces, retries become timers.</summary>
internal sealed class EmbeddedOrchestrationContext(
    OrchestrationRun run,
    DataConverter converter,
    ILoggerFactory loggers,
    TimeSpan maximumTimerInterval,
    string defaultVersion) : TaskOrchestrationContext
{
    private readonly Dictionary<string, Type> _awaitedTypes = new(StringComparer.OrdinalIgnoreCase);

    public override TaskName Name { get; } = new(run.Name);

    public override string InstanceId => run.InstanceId;

    public override string Version => run.Version;

    public override ParentOrchestrationInstance? Parent =>
        run.Parent is { } parent ? new(new TaskName(parent.Name), parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => run.CurrentUtcDateTime;

    public override bool IsReplaying => run.IsReplaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default => converter.Deserialize<T>(run.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckCall(name, input, options);
        var text = converter.Serialize(input);
        var version = options?.Version?.Version ?? run.Version;
        return CallAsync<TResult>(() => run.CallActivity(name, version, text), options?.Retry);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckCall(orchestratorName, input, options);
        var text = converter.Serialize(input);
        // A child is a new instance: it doesn't take its parent's version, but what every new one gets.
        var version = options?.Version?.Version ?? defaultVersion;
        // Every attempt has the same id.
        var id = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        InstanceIds.MustNotBeAnEntitys(id, nameof(options));
        return CallAsync<TResult>(() => run.CallChild(orchestratorName, version, id, text), options?.Retry);
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        // A time that says neither is a local one.
        var end = fireAt.ToUniversalTime();
        while (end - CurrentUtcDateTime > maximumTimerInterval)
            await run.CreateTimer(CurrentUtcDateTime + maximumTimerInterval, cancellationToken);
        await run.CreateTimer(end, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        // A cancelled waiter still has its turn, and so its type.
        if (run.IsAwaited(eventName) && _awaitedTypes[eventName] != typeof(T))
            throw new ArgumentException(
                $"The event '{eventName}' is awaited as {_awaitedTypes[eventName]} already; the types must be the same.", nameof(eventName));
        _awaitedTypes[eventName] = typeof(T);
        return ReceiveAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        InstanceIds.MustNotBeAnEntitys(instanceId, nameof(instanceId));
        run.SendEventTo(instanceId, eventName, converter.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus) => run.SetCustomStatus(converter.Serialize(customStatus));

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        run.ContinueAsNew(converter.Serialize(newInput), version: null, preserveUnprocessedEvents);

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var version = string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion;
        run.ContinueAsNew(converter.Serialize(options.NewInput), version, options.PreserveUnprocessedEvents);
    }

    public override Guid NewGuid() => run.NewGuid();

    private static void CheckCall(TaskName name, object? input, TaskOptions? options)
    {
        if (name == default)
            throw new ArgumentException("The task's name is missing.", nameof(name));
        if (input is TaskOptions && options is null)
            throw new ArgumentException("Task options were passed as the input. Name the parameter: options.", nameof(input));
    }

    private async Task<T> ReceiveAsync<T>(string eventName, CancellationToken cancellationToken) =>
        converter.Deserialize<T>(await run.WaitForEvent(eventName, cancellationToken))!;

    private async Task<TResult> CallAsync<TResult>(Func<Task<string?>> call, TaskRetryOptions? retry)
    {
        var result = await RetryLoop.RunAsync(
            this, () => AttemptAsync(call), retry, fireAt => run.CreateTimer(fireAt, CancellationToken.None));
        return converter.Deserialize<TResult>(result)!;
    }

    private static async Task<string?> AttemptAsync(Func<Task<string?>> call)
    {
        try
        {
            return await call();
        }
        catch (DurableTaskFailedException exception)
        {
            throw new TaskFailedException(exception.Name, exception.TaskId, FailureConversion.ToDetails(exception.Failure));
        }
    }
}
