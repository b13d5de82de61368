using Microsoft.Extensions.DependencyInjection;
using ProCode.Outbound;

namespace ProCode.Subscriptions;

/// <summary>Who is told of an app's events, and the telling.</summary>
public static class SubscriptionsModule
{
    /// <summary>The subscriptions and the deliveries of events to them.</summary>
    public static IServiceCollection AddSubscriptions(this IServiceCollection services) => services
        .AddSingleton<SubscribedApps>().AddSingleton<SubscriptionStore>().AddSingleton<SubscriptionSecrets>().AddSingleton<EventDeliveryStore>()
        .AddSingleton<PublishEvents>().AddSingleton<DeliverEvent>().AddSingleton<ReplayEvents>().AddSingleton<PingSubscription>()
        .AddSingleton(provider => new EventSender(
            new HttpClient(OutboundHandler.Create(provider.GetRequiredService<OutboundUrls>())) { Timeout = Timeout.InfiniteTimeSpan },
            provider.GetRequiredService<TimeProvider>()));
}
