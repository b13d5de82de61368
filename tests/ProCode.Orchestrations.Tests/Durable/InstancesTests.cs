using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Durable;

namespace ProCode.Orchestrations.Tests.Durable;

/// <summary>Starting and calling instances on an engine that refuses or fails.</summary>
public sealed class InstancesTests
{
    private readonly List<Exception> _failures = [];

    [Fact]
    public async Task TryStart_OneThatIsThere_IsFine()
    {
        await using var engine = new FailingEngine { OnStart = new OrchestrationAlreadyExistsException("there") };
        Assert.True(await TryStartAsync(engine));
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task TryStart_TheEngineFails_SaysSoAndDoesNotThrow()
    {
        await using var engine = new FailingEngine { OnStart = new IOException("away") };
        Assert.False(await TryStartAsync(engine));
        Assert.Equal("away", Assert.Single(_failures).Message);
    }

    [Fact]
    public async Task TryStart_WhoeverAskedHasGone_IsCanceled()
    {
        await using var engine = new FailingEngine { OnStart = new OperationCanceledException() };
        await Assert.ThrowsAsync<OperationCanceledException>(() => TryStartAsync(engine, new CancellationToken(canceled: true)));
        Assert.False(await TryStartAsync(engine));   // Canceled by the engine, not by whoever asked: a failure like others.
        Assert.Single(_failures);
    }

    [Fact]
    public async Task CallOrStart_OneThatIsUnderWay_IsCalled()
    {
        await using var engine = new FailingEngine { OnStart = new OrchestrationAlreadyExistsException("there") };
        await CallOrStartAsync(engine);
        Assert.Equal(["one changed payload"], engine.Calls);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task CallOrStart_NoneUnderWay_IsStartedAndNotCalled()
    {
        await using var engine = new FailingEngine();
        await CallOrStartAsync(engine);
        Assert.Equal((1, 0), (engine.Starts, engine.Calls.Count));
    }

    [Fact]
    public async Task CallOrStart_TheCallFails_SaysSoAndDoesNotThrow()
    {
        await using var engine = new FailingEngine { OnStart = new OrchestrationAlreadyExistsException("there"), OnCall = new IOException("away") };
        await CallOrStartAsync(engine);
        Assert.Equal("away", Assert.Single(_failures).Message);
    }

    [Fact]
    public async Task TryCall_TheCallFails_Throws()
    {
        await using var engine = new FailingEngine { OnCall = new IOException("away") };
        await Assert.ThrowsAsync<IOException>(() => engine.TryCallAsync("one", "changed", "payload", default));
    }

    private Task<bool> TryStartAsync(FailingEngine engine, CancellationToken cancellation = default) =>
        engine.TryStartAsync("orchestrator", "one", "input", StartStatuses.UnderWay, _failures.Add, cancellation);

    private Task CallOrStartAsync(FailingEngine engine) =>
        engine.CallOrStartAsync("orchestrator", "one", "input", "changed", "payload", _failures.Add, default);

    /// <summary>Starts and calls, or throws what it is told to; nothing else is asked of it.</summary>
    private sealed class FailingEngine() : DurableTaskClient("failing")
    {
        public Exception? OnStart { get; init; }

        public Exception? OnCall { get; init; }

        public int Starts { get; private set; }

        public List<string> Calls { get; } = [];

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
        {
            if (OnStart is not null) return Task.FromException<string>(OnStart);
            Starts++;
            return Task.FromResult(options!.InstanceId!);
        }

        public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
        {
            if (OnCall is not null) return Task.FromException(OnCall);
            Calls.Add($"{instanceId} {eventName} {eventPayload}");
            return Task.CompletedTask;
        }

        public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw Unasked();

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw Unasked();

        public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw Unasked();

        public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw Unasked();

        public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw Unasked();

        public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw Unasked();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static InvalidOperationException Unasked() => new("Nothing here asks for this.");
    }
}
