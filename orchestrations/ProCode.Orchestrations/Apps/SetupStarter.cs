using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Apps;

/// <summary>Starts the set-up of an app, or wakes the one that runs. An app has one instance, which is started over when there is something new.</summary>
public sealed class SetupStarter(ILogger<SetupStarter> logger)
{
    /// <summary>Tries to; the debt is the set-up's own to pay, so that one that is just ending leaves it for the sweep.</summary>
    public Task StartAsync(DurableTaskClient durable, long appId, CancellationToken cancellation) => durable.CallOrStartAsync(
        nameof(SetUpAppOrchestrator), InstanceIds.ForSetup(appId), appId, SetUpAppOrchestrator.Changed, appId,
        failure => SetupLog.StartFailed(logger, failure, appId), cancellation);
}
