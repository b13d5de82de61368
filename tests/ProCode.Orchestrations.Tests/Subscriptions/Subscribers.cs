using Microsoft.DurableTask.Client;
using ProCode.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Subscriptions;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Tests.Subscriptions;

/// <summary>What tests of subscriptions do.</summary>
internal static class Subscribers
{
    public const string Url = "https://receiver.test/hook";

    /// <summary>A subscription to all events, with its secret.</summary>
    public static async Task<SubscriptionWithSecret> GivenSubscriptionAsync(this TestPlatform platform, App app, params string[] events)
    {
        var id = await platform.Get<IdGenerator>().NextAsync("subscriptions", default);
        var change = new SubscriptionChange(Url, events.Length == 0 ? [Subscription.AllEvents] : events, null, Enabled: true);
        return (await platform.Get<SubscriptionSecrets>().CreateAsync(app.Id, id, change, default)).Value;
    }

    /// <summary>A change of a pipeline's status, written together with its event.</summary>
    public static async Task<string> GivenEventAsync(this TestPlatform platform, App app)
    {
        var id = await platform.Get<IdGenerator>().NextAsync("pipelines", default);
        var now = platform.Time.GetUtcNow();
        var pipeline = new Pipeline(
            id, app.Id, app.ProjectId, 1, PipelineType.PHASE, null, 1, PipelineStatus.PENDING, null, 1, [], new Dictionary<StageKind, StageConfig>(), now, now)
        {
            Version = 1,
        };
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(app.Id, [.. PipelineStore.Insert(pipeline)], default));
        return $"evt-pipeline-{id}-1";
    }

    /// <summary>As whoever has written an event does it.</summary>
    public static Task PublishAsync(this TestPlatform platform, App app) => platform.Get<EventPublisher>().PayAsync(platform.Durable, app.Id, default);

    /// <summary>The sweep, after the time that whoever incurs a debt is given to pay it.</summary>
    public static Task SweepAsync(this TestPlatform platform)
    {
        platform.Time.Advance(TimeSpan.FromSeconds(11));
        return platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
    }

    /// <summary>One attempt, as the orchestration has it made.</summary>
    public static Task<NextEventAttempt> AttemptAsync(this TestPlatform platform, EventDelivery delivery) =>
        platform.Get<AttemptEventDeliveryActivity>().Run(delivery.Request(), default);

    public static EventDeliveryRequest Request(this EventDelivery delivery) => new(delivery.AppId, delivery.SubscriptionId, delivery.Id, delivery.Round);

    /// <summary>The deliveries of a subscription, newest first.</summary>
    public static async Task<IReadOnlyList<EventDelivery>> DeliveriesAsync(this TestPlatform platform, SubscriptionWithSecret to, EventDeliveryStatus? status = null) =>
        (await platform.Get<EventDeliveryStore>()
            .ListAsync(new EventDeliveryFilter(to.Subscription.AppId, to.Subscription.Id, status), 200, null, default)).Value.Items;

    public static async Task<EventDelivery> DeliveryAsync(this TestPlatform platform, SubscriptionWithSecret to) =>
        Assert.Single(await platform.DeliveriesAsync(to));

    public static async Task<Subscription> SubscriptionAsync(this TestPlatform platform, SubscriptionWithSecret made) =>
        (await platform.Get<SubscriptionStore>().FindAsync(made.Subscription.AppId, made.Subscription.Id, default))!.Value;

    /// <summary>The delivery once its orchestration has ended.</summary>
    public static async Task<EventDelivery> EndAsync(this TestPlatform platform, SubscriptionWithSecret to)
    {
        var delivery = await platform.DeliveryAsync(to);
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        var ended = await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForEventDelivery(delivery.Request()), true, deadline.Token);
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString());
        return await platform.DeliveryAsync(to);
    }

    /// <summary>Whether one of the signatures is the secret's.</summary>
    public static bool Verifies(this TestPlatform platform, SentEvent sent, string? secret) =>
        StandardWebhook.Verify([secret!], sent.Headers, sent.Body, new Moment(sent.At)).Succeeded;

    // By then the test may have moved the clock on.
    private sealed class Moment(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}
