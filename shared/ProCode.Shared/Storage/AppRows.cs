using System.Globalization;

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
    public const string Settings = "settings";

    /// <summary>How setting up the app at its git host stands.</summary>
    public const string Setup = "setup";

    /// <summary>There from the app's creation on, or from the moment its name went to another because its creation seemed to have died.</summary>
    public const string Name = "name";
    public const string OutboxPrefix = "outbox-";
    public const string PipelinePrefix = "pipeline-";

    /// <summary>Where the deliveries begin, newest first; their keys go on with digits, those of the rows that lead to them with letters.</summary>
    public const string DeliveriesFrom = "delivery-0";

    /// <summary>The first key behind the deliveries.</summary>
    public const string DeliveriesTo = "delivery-:";
    public const string IterationPrefix = "iteration-";

    public static string Partition(long appId) => string.Create(CultureInfo.InvariantCulture, $"app-{appId}");

    public static string Iteration(long id) => IterationPrefix + InvertedId.Of(id);

    public static string Pipeline(long id) => PipelinePrefix + InvertedId.Of(id);

    /// <summary>Runs sort right behind their pipeline, so that one range read gets both.</summary>
    public static string Run(long pipelineId, int run) => string.Create(CultureInfo.InvariantCulture, $"{Pipeline(pipelineId)}-run-{run:D5}");

    public static string Environment(string name) => $"environment-{name}";

    public static string Deployment(string deployId) => $"deployment-{deployId}";

    public static string Delivery(DateTimeOffset receivedAt, string id) => $"{DeliveriesBefore(receivedAt)}-{id}";

    /// <summary>No delivery received later has a key that is as large.</summary>
    public static string DeliveriesBefore(DateTimeOffset moment) => $"delivery-{InvertedId.Of(moment.UtcTicks)}";

    /// <summary>Leads from a delivery's id to its row.</summary>
    public static string DeliveryId(string id) => $"delivery-id-{id}";

    /// <summary>Says which delivery starts the release of a tag.</summary>
    public static string DeliveryTag(string tag) => $"delivery-tag-{tag}";

    public static string Outbox(OutboxEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{OutboxPrefix}{entry.Kind}-{entry.Id}-{entry.Run}") + (entry.Key is { } key ? $"-{key}" : "");
}
