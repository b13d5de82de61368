using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Outbound;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>PUT /api/v1/apps/{id}/subscriptions/{subscriptionId}: all of it but the secret; honours If-Match. What is on its way goes to the new URL.</summary>
public sealed class PutSubscription(SubscriptionStore subscriptions, OutboundUrls urls, TimeProvider time)
{
    [Function(nameof(PutSubscription))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}")] HttpRequest request,
        long id, long subscriptionId, CancellationToken cancellation)
    {
        if (!IfMatch.Of(request).TryGet(out var condition, out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<SubscriptionDocument>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        if (!(await body.ToChangeAsync(urls, cancellation)).TryGet(out var change, out error)) return Answers.Failure(error);
        var changed = await subscriptions.ChangeAsync(
            id, subscriptionId,
            current => condition.Refuse(Answers.Entity(SubscriptionResponse.From(current))),
            current => current with
            {
                Url = change.Url,
                Events = change.Events,
                Description = change.Description,
                Enabled = change.Enabled,
                DisabledBecause = change.Enabled ? null : current.DisabledBecause,
                UpdatedAt = time.GetUtcNow(),
            },
            cancellation);
        return changed.TryGet(out var stored, out error) ? Answers.Entity(SubscriptionResponse.From(stored)) : Answers.Failure(error);
    }
}
