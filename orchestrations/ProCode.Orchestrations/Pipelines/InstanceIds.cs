using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ProCode.Deployments;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Subscriptions;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>The ids of durable instances. They follow from the rows they belong to, so that a second start is recognised as one.</summary>
public static class InstanceIds
{
    /// <summary>How the ids of all runs, and of what they wait in, begin.</summary>
    public const string RunPrefix = "pipeline-";

    /// <summary>The instance of a run.</summary>
    public static string ForRun(RunRequest run) => string.Create(CultureInfo.InvariantCulture, $"pipeline-{run.PipelineId}-run-{run.Run}");

    /// <summary>The one instance of an ITERATION pipeline.</summary>
    public static string ForIteration(IterationRequest iteration) => string.Create(CultureInfo.InvariantCulture, $"iteration-pipeline-{iteration.PipelineId}");

    /// <summary>The one instance that sets an app up at its git host.</summary>
    public static string ForSetup(long appId) => string.Create(CultureInfo.InvariantCulture, $"app-{appId}-setup");

    /// <summary>The instance that orders a deployment when that is not possible at once.</summary>
    public static string ForOrder(DeployId id) => string.Create(CultureInfo.InvariantCulture, $"pipeline-{id.PipelineId}-run-{id.Run}-order-{id.Attempt}");

    /// <summary>The instance that waits for a deployment; callbacks are raised to it.</summary>
    public static string ForDeployment(DeployId id) =>
        string.Create(CultureInfo.InvariantCulture, $"pipeline-{id.PipelineId}-run-{id.Run}-deploy-{id.Attempt}");

    /// <summary>The instance that applies a delivery; one that had failed and was sent again is another.</summary>
    public static string ForDelivery(DeliveryRequest delivery) =>
        delivery.Attempt == 1 ? $"delivery-{delivery.DeliveryId}" : string.Create(CultureInfo.InvariantCulture, $"delivery-{delivery.DeliveryId}-{delivery.Attempt}");

    /// <summary>The instance of a round of a delivery of an event. Hashed: the delivery's id is longer than an instance's may be.</summary>
    public static string ForEventDelivery(EventDeliveryRequest delivery)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{delivery.AppId}\n{delivery.DeliveryId}")));
        return string.Create(CultureInfo.InvariantCulture, $"event-{delivery.SubscriptionId}-{Convert.ToHexStringLower(hash.AsSpan(0, 16))}-{delivery.Round}");
    }
}
