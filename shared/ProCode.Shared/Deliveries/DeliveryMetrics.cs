using System.Diagnostics.Metrics;
using ProCode.Json;
using ProCode.Repos;

namespace ProCode.Deliveries;

/// <summary>Counts what leaves no other trace.</summary>
internal static class DeliveryMetrics
{
    private static readonly Meter Meter = new("ProCode");

    private static readonly Counter<long> RefusedDeliveries =
        Meter.CreateCounter<long>("procode.deliveries.refused", "{delivery}", "Deliveries whose signature or token was missing, wrong or too old.");

    /// <summary>A delivery's signature or token is missing, wrong or too old.</summary>
    public static void Refused(GitType type) => RefusedDeliveries.Add(1, new KeyValuePair<string, object?>("git.type", EnumNames.NameOf(type)));
}
