using System.Text.Json;
using ProCode.Json;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Orchestrations.Tests.Subscriptions;
using ProCode.Subscriptions;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What subscribers were told.</summary>
internal static class InterleavedNews
{
    /// <summary>Waits until all that was owed is told: every delivery of these subscriptions was taken, and no more is owed.</summary>
    public static async Task AllToldAsync(TestPlatform platform, IEnumerable<SubscriptionWithSecret> subscriptions)
    {
        await Commands.SweepAsync(platform);
        await Commands.SweepAsync(platform);
        foreach (var subscription in subscriptions)
            await WaitFor.Async(async () => (await platform.DeliveriesAsync(subscription)).All(delivery => delivery.Status == EventDeliveryStatus.DELIVERED));
    }

    /// <summary>The events about an app, each as often as it came.</summary>
    public static IReadOnlyList<StatusEvent> About(TestPlatform platform, long appId) =>
        [.. platform.Receiver.Sent.Where(sent => sent.Url == UrlOf(appId)).Select(sent => JsonSerializer.Deserialize<StatusEvent>(sent.Body, ProCodeJson.Options)!)];

    /// <summary>Where the events about an app go.</summary>
    public static string UrlOf(long appId) => $"https://receiver.test/app-{appId}";
}
