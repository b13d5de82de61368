using System.Collections.Immutable;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using ProCode.Local.Durable;

namespace Microsoft.DurableTask.Client;

/// <summary>The client of the engine in this process. It answers as the Functions host does.</summary>
internal sealed class EmbeddedDurableTaskClient(DurableEngine engine, DataConverter converter, string defaultVersion) : DurableTaskClient("local")
{
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        if (orchestratorName == default)
            throw new ArgumentException("The orchestrator's name is missing.", nameof(orchestratorName));
        cancellation.ThrowIfCancellationRequested();
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.MustBeAllowed(id, nameof(options));
        var start = new StartRequest(id, orchestratorName, converter.Serialize(input))
        {
            Version = options?.Version is { Version.Length: > 0 } version ? version : defaultVersion,
            StartAt = options?.StartAt?.UtcDateTime,
            Tags = options?.Tags,
            BlockingStatuses = Blocking(options?.DedupeStatuses),
        };
        return await engine.StartInstanceAsync(start)
            ? id
            : throw new OrchestrationAlreadyExistsException($"An orchestration instance with the id '{id}' already exists.");
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        cancellation.ThrowIfCancellationRequested();
        Check(await engine.RaiseEventAsync(instanceId, eventName, converter.Serialize(eventPayload)), instanceId);
    }

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        Check(
            await engine.TerminateAsync(instanceId, converter.Serialize(options?.Output), options?.Recursive ?? false),
            instanceId);
    }

    public override async Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        Check(await engine.SuspendAsync(instanceId), instanceId);
    }

    public override async Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        Check(await engine.ResumeAsync(instanceId), instanceId);
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(engine.Find(instanceId, getInputsAndOutputs) is { } info ? Describe(info, getInputsAndOutputs) : null);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new();
        InstanceIds.MustNotBeAnEntitys(query.InstanceIdPrefix, nameof(filter));
        var wanted = new InstanceFilter
        {
            IdPrefix = query.InstanceIdPrefix,
            CreatedFrom = query.CreatedFrom?.UtcDateTime,
            CreatedTo = query.CreatedTo?.UtcDateTime,
            Statuses = query.Statuses?.Select(ToEngine).ToArray(),
        };
        return Pageable.Create((token, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var limit = pageSize ?? query.PageSize;
            var page = engine.List(wanted, token ?? query.ContinuationToken, limit, query.FetchInputsAndOutputs);
            return Task.FromResult(new Page<OrchestrationMetadata>(
                [.. page.Select(info => Describe(info, query.FetchInputsAndOutputs))],
                page.Count < limit ? null : page[^1].Id));
        });
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceIds.MustNotBeAnEntitys(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        var info = await engine.WaitAsync(instanceId, status => status != RunStatus.Pending, getInputsAndOutputs, cancellation);
        return Describe(info, getInputsAndOutputs);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceIds.MustNotBeAnEntitys(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        var info = await engine.WaitAsync(instanceId, status => status.IsFinal(), getInputsAndOutputs, cancellation);
        return Describe(info, getInputsAndOutputs);
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return new(await engine.PurgeAsync(instanceId, options?.Recursive ?? false), isComplete: true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Timeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(filter), filter.Timeout, "The timeout must be positive.");
        cancellation.ThrowIfCancellationRequested();
        var wanted = new InstanceFilter
        {
            CreatedFrom = filter.CreatedFrom?.UtcDateTime,
            CreatedTo = filter.CreatedTo?.UtcDateTime,
            Statuses = filter.Statuses?.Select(ToEngine).ToArray(),
        };
        return new(await engine.PurgeAsync(wanted, options?.Recursive ?? false), isComplete: true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceIds.MustBeGiven(instanceId, nameof(instanceId));
        cancellation.ThrowIfCancellationRequested();
        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        return await engine.RestartAsync(instanceId, id) switch
        {
            SignalOutcome.Accepted => id,
            SignalOutcome.NotFound => throw new ArgumentException($"No instance with the id '{instanceId}' was found.", nameof(instanceId)),
            _ => throw new InvalidOperationException($"The instance '{instanceId}' has not ended; it can be restarted under a new id only."),
        };
    }

    // The worker that made this client owns the engine.
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IReadOnlyCollection<RunStatus> Blocking(IReadOnlyList<string>? dedupe)
    {
        if (dedupe is null)
            return StartRequest.Alive;
        RunStatus[] blocking = [.. dedupe.Select(word => Enum.TryParse<OrchestrationRuntimeStatus>(word, ignoreCase: true, out var status)
            ? ToEngine(status)
            : throw new ArgumentException($"'{word}' is no orchestration status."))];
        // Replacing a running instance terminates it first, which the list would then refuse.
        if (blocking.Contains(RunStatus.Terminated) && StartRequest.Alive.Except(blocking).Any())
            throw new ArgumentException("Dedupe statuses with Terminated must have every status of a running instance too.");
        return blocking;
    }

    private static void Check(SignalOutcome outcome, string instanceId)
    {
        if (outcome == SignalOutcome.NotFound)
            throw new RpcException("NotFound", $"No instance with the id '{instanceId}' was found.");
        if (outcome == SignalOutcome.WrongState)
            throw new RpcException("FailedPrecondition", $"The instance '{instanceId}' is in a state that doesn't allow this.");
    }

    private static RunStatus ToEngine(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Completed => RunStatus.Completed,
        OrchestrationRuntimeStatus.Failed => RunStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => RunStatus.Terminated,
        OrchestrationRuntimeStatus.Pending => RunStatus.Pending,
        OrchestrationRuntimeStatus.Suspended => RunStatus.Suspended,
        _ => RunStatus.Running,
    };

    private static OrchestrationRuntimeStatus FromEngine(RunStatus status) => status switch
    {
        RunStatus.Pending => OrchestrationRuntimeStatus.Pending,
        RunStatus.Running => OrchestrationRuntimeStatus.Running,
        RunStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        RunStatus.Completed => OrchestrationRuntimeStatus.Completed,
        RunStatus.Failed => OrchestrationRuntimeStatus.Failed,
        RunStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    private OrchestrationMetadata Describe(InstanceInfo info, bool payloads) => new(info.Name, info.Id)
    {
        DataConverter = payloads ? converter : null,
        RuntimeStatus = FromEngine(info.Status),
        CreatedAt = new(info.CreatedAt),
        LastUpdatedAt = new(info.UpdatedAt),
        SerializedInput = info.Input,
        SerializedOutput = info.Output,
        SerializedCustomStatus = info.CustomStatus,
        FailureDetails = FailureConversion.ToDetails(info.Failure),
        Tags = info.Tags ?? ImmutableDictionary<string, string>.Empty,
    };
}
