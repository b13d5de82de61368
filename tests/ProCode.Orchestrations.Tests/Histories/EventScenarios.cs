using System.Net;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Orchestrations.Tests.Subscriptions;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of an event's delivery.</summary>
internal static class EventScenarios
{
    private const string Delivery = nameof(EventDeliveryOrchestrator);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("event-is-delivered", platform => DeliverAsync(platform), Only: Delivery),
        new("event-is-delivered-at-the-second-attempt", platform => DeliverAsync(platform, HttpStatusCode.BadGateway), Only: Delivery),
    ];

    private static async Task DeliverAsync(TestPlatform platform, params HttpStatusCode[] before)
    {
        var answers = new Queue<HttpStatusCode>([.. before, HttpStatusCode.NoContent]);
        platform.Receiver.Answers = _ => new HttpResponseMessage(answers.Dequeue());
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        await platform.EndAsync(to);
    }
}
