using System.Text;
using Microsoft.AspNetCore.Http;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deliveries;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Tests.Deliveries;

/// <summary>What tests of deliveries do. The repository is one of plain git unless said otherwise.</summary>
internal static class Hooks
{
    public static readonly string Elsewhere = new('b', 40);

    private static int _numbers;

    /// <summary>An app whose repository has a webhook with a secret, which is told.</summary>
    public static async Task<(App App, string Secret)> GivenHookedAppAsync(this TestPlatform platform, bool releaseOnTag = false)
    {
        var app = await platform.GivenAppAsync();
        var secret = StandardWebhook.NewSecret();
        var kept = await platform.Get<SecretProtector>().ProtectAsync(secret, Repo.SecretPurpose(app.Id), default);
        await platform.Get<RepoStore>().ApplyAsync(app.Id, repo => repo with { Webhook = new RepoWebhook(WebhookState.MANUAL, kept) }, default);
        if (releaseOnTag)
        {
            var settings = AppPartition.Insert(app.Id, AppRows.Settings, new AppSettings { ReleaseOnTag = true });
            Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(app.Id, [settings], default));
        }

        return (app, secret);
    }

    /// <summary>A signed delivery of plain git; without an id it is one that nobody has sent before.</summary>
    public static HookRequest Signed(this TestPlatform platform, string secret, string body, string? id = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var headers = StandardWebhook.Sign(secret, id ?? $"push-{Interlocked.Increment(ref _numbers)}", platform.Time.GetUtcNow(), bytes);
        return new HookRequest(
            new HeaderDictionary { ["webhook-id"] = headers.Id, ["webhook-timestamp"] = headers.Timestamp, ["webhook-signature"] = headers.Signature }, bytes);
    }

    /// <summary>Takes a delivery in, as one request does, without starting anything.</summary>
    public static Task<Result<Delivery>> TryTakeAsync(this TestPlatform platform, App app, HookRequest request, GitType type = GitType.Git) =>
        platform.Get<TakeDelivery>().RunAsync(type, app.Id, request, default);

    /// <summary>A delivery that is taken in and not applied yet.</summary>
    public static async Task<Delivery> GivenDeliveryAsync(this TestPlatform platform, App app, string secret, string reference, string more = "")
    {
        var body = $$"""{"ref":"{{reference}}"{{more}}}""";
        return (await platform.TryTakeAsync(app, platform.Signed(secret, body))).Value;
    }

    public static DeliveryRequest Request(this Delivery delivery) => new(delivery.AppId, delivery.RepoId, delivery.Id, delivery.Attempt);

    /// <summary>One try of the activity.</summary>
    public static Task<bool> ApplyAsync(this TestPlatform platform, Delivery delivery, bool last = false) =>
        platform.Get<ApplyDeliveryActivity>().Run(new DeliveryTry(delivery.Request(), last), platform.Durable, default);

    public static async Task BeginAsync(this TestPlatform platform, Delivery delivery) =>
        Assert.True(await platform.Get<DeliveryStarter>().TryStartAsync(platform.Durable, delivery.Request(), default));

    /// <summary>Waits for the end of the delivery's orchestration.</summary>
    public static async Task<Delivery> EndAsync(this TestPlatform platform, Delivery delivery)
    {
        using var deadline = new CancellationTokenSource(WaitFor.Deadline);
        var ended = await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForDelivery(delivery.Request()), true, deadline.Token);
        Assert.True(ended.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString());
        return await platform.DeliveryAsync(delivery);
    }

    public static async Task<Delivery> CarryOutAsync(this TestPlatform platform, Delivery delivery)
    {
        await platform.BeginAsync(delivery);
        return await platform.EndAsync(delivery);
    }

    public static async Task<Delivery> DeliveryAsync(this TestPlatform platform, Delivery delivery) =>
        (await platform.Get<DeliveryStore>().FindAsync(delivery.AppId, delivery.Id, default))!.Value;

    public static async Task<IReadOnlyList<Delivery>> DeliveriesAsync(this TestPlatform platform, App app) =>
        (await platform.Get<DeliveryStore>().ListAsync(app.Id, null, 200, null, default)).Value.Items;

    public static Error Away() => GitErrors.HostUnavailable.With("The git host does not answer.") with { RetryAfter = TimeSpan.FromSeconds(30) };
}
