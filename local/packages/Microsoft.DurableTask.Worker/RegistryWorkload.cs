using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProCode.Local.Durable;
using ProCode.Local.Durable.Replay;

namespace Microsoft.DurableTask.Worker;

/// <summary>Gives the engine the code of a registry: payloads are converted, activities get a scope of their own.</summary>
internal sealed class RegistryWorkload(
    DurableTaskRegistry registry,
    IServiceProvider services,
    DataConverter converter,
    ILoggerFactory loggers,
    string? hostVersion = null) : IDurableWorkload
{
    private static readonly TimeSpan MaximumTimerInterval = TimeSpan.FromDays(3);

    // As the real worker records it, so that callers' checks by name hold.
    private const string NondeterminismType = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    public bool Accepts(string version) =>
        hostVersion is null || TaskOrchestrationVersioningUtils.CompareVersions(version, hostVersion) <= 0;

    public Func<OrchestrationRun, Task<string?>>? FindOrchestrator(string name, string version) =>
        registry.FindOrchestrator(new(name), new(version)) is { } factory ? run => RunAsync(factory, run) : null;

    public Func<ActivityCall, CancellationToken, Task<string?>>? FindActivity(string name, string version) =>
        registry.FindActivity(new(name), new(version)) is { } factory ? (call, _) => RunAsync(factory, call) : null;

    public TaskFailure Describe(Exception exception) => exception is NondeterministicRunException
        ? new(NondeterminismType, exception.Message)
        : FailureConversion.ToFailure(TaskFailureDetails.FromException(exception));

    private async Task<string?> RunAsync(Func<IServiceProvider, ITaskOrchestrator> factory, OrchestrationRun run)
    {
        var context = new EmbeddedOrchestrationContext(run, converter, loggers, MaximumTimerInterval, hostVersion ?? "");
        var orchestrator = factory(services);
        return converter.Serialize(await orchestrator.RunAsync(context, converter.Deserialize(run.Input, orchestrator.InputType)));
    }

    private async Task<string?> RunAsync(Func<IServiceProvider, ITaskActivity> factory, ActivityCall call)
    {
        await using var scope = services.CreateAsyncScope();
        var activity = factory(scope.ServiceProvider);
        var input = converter.Deserialize(call.Input, activity.InputType);
        return converter.Serialize(await activity.RunAsync(new ActivityContext(call), input));
    }

    private sealed class ActivityContext(ActivityCall call) : TaskActivityContext
    {
        public override TaskName Name { get; } = new(call.Name);

        public override string InstanceId => call.InstanceId;

        public override string Version => call.Version;
    }
}
