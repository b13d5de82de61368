using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Storage;

/// <summary>
/// The keys of table <c>apps</c>. All that belongs to an app is one partition, so that what must change together (a release makes an
/// iteration's phase and two pipelines; the end of a run frees the environment and settles the phase) is one transaction.
/// Inverted ids put the newest first.
/// </summary>
public static class AppRows
{
    public const string App = "app";
    public const string Repo = "repo";

    /// <summary>Begins as the app's own key does, so that one range read gets both.</summary>
    public const string Settings = "app-settings";

    /// <summary>How setting up the app at its git host stands.</summary>
    public const string Setup = "setup";

    /// <summary>There from the app's creation on, or from the moment its name went to another because its creation seemed to have died.</summary>
    public const string Name = "name";
    public const string OutboxPrefix = "outbox-";
    public const string PipelinePrefix = "pipeline-";
    public const string DeploymentPrefix = "deployment-";
    public const string LowCodePrefix = "lowcode-";
    public const string EnvironmentPrefix = "environment-";

    /// <summary>Not the environment's own prefix: its rows are locks, and a name may begin with anything.</summary>
    public const string EnvironmentConfigPrefix = "envconfig-";

    /// <summary>Where the deliveries begin, newest first; their keys go on with digits, those of the rows that lead to them with letters.</summary>
    public const string DeliveriesFrom = "delivery-0";

    /// <summary>The first key behind the deliveries.</summary>
    public const string DeliveriesTo = "delivery-:";
    public const string IterationPrefix = "iteration-";
    public const string SubscriptionPrefix = "subscription-";

    /// <summary>Where the deliveries of events to subscriptions begin; those of the repository's webhook are others.</summary>
    public const string EventDeliveryPrefix = "eventdelivery-";

    /// <summary>Whether it is the row of an iteration, a pipeline, a run, a deployment or an environment's lock: what a run changes again and again.</summary>
    public static bool IsOfRun(string rowKey) =>
        rowKey.StartsWith(PipelinePrefix, StringComparison.Ordinal) || rowKey.StartsWith(DeploymentPrefix, StringComparison.Ordinal)
        || rowKey.StartsWith(IterationPrefix, StringComparison.Ordinal) || rowKey.StartsWith(EnvironmentPrefix, StringComparison.Ordinal);

    public static string Partition(long appId) => string.Create(CultureInfo.InvariantCulture, $"app-{appId}");

    public static string Iteration(long id) => IterationPrefix + InvertedId.Of(id);

    public static string Pipeline(long id) => PipelinePrefix + InvertedId.Of(id);

    /// <summary>Runs sort right behind their pipeline, so that one range read gets both.</summary>
    public static string Run(long pipelineId, int run) => string.Create(CultureInfo.InvariantCulture, $"{Pipeline(pipelineId)}-run-{run:D5}");

    /// <summary>The record of an attempt, right behind its run.</summary>
    public static string Attempt(long pipelineId, int run, int stage, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{Run(pipelineId, run)}-{stage}-{attempt:D5}");

    /// <summary>The lock on an environment.</summary>
    public static string Environment(string name) => EnvironmentPrefix + name;

    /// <summary>What is deployed to an environment with.</summary>
    public static string EnvironmentConfig(string name) => EnvironmentConfigPrefix + name;

    /// <summary>A version of a low-code app's document.</summary>
    public static string LowCode(int version) => LowCodePrefix + InvertedId.Of(version);

    /// <summary>Sorts a pipeline's deployments newest first, too.</summary>
    public static string Deployment(long pipelineId, int run, int attempt) =>
        $"{DeploymentPrefix}{InvertedId.Of(pipelineId)}-{InvertedId.Of(run)}-{InvertedId.Of(attempt)}";

    public static string Delivery(DateTimeOffset receivedAt, string id) => $"{DeliveriesBefore(receivedAt)}-{id}";

    /// <summary>No delivery received later has a key that is as large.</summary>
    public static string DeliveriesBefore(DateTimeOffset moment) => $"delivery-{InvertedId.Of(moment.UtcTicks)}";

    /// <summary>Leads from a delivery's id to its row.</summary>
    public static string DeliveryId(string id) => $"delivery-id-{id}";

    /// <summary>Says which delivery starts the release of a tag. Hashed: a row key can't hold every tag.</summary>
    public static string DeliveryTag(string tag) => $"delivery-tag-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tag)))}";

    /// <summary>Sorts subscriptions in the order of their making.</summary>
    public static string Subscription(long id) => string.Create(CultureInfo.InvariantCulture, $"{SubscriptionPrefix}{id:D19}");

    /// <summary>The deliveries of a subscription; their ids begin with what puts the newest first.</summary>
    public static string EventDelivery(long subscriptionId, string deliveryId) =>
        string.Create(CultureInfo.InvariantCulture, $"{EventDeliveryPrefix}{subscriptionId:D19}-{deliveryId}");

    public static string Outbox(OutboxEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{OutboxPrefix}{entry.Kind}-{entry.Id}-{entry.Run}") + (entry.Key is { } key ? $"-{key}" : "");
}
