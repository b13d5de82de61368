using ProCode.Outbound;
using ProCode.Results;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>What a request says of a subscription; it is enabled unless it says otherwise.</summary>
internal sealed record SubscriptionDocument(string? Url, IReadOnlyList<string>? Events, string? Description, bool? Enabled)
{
    /// <summary>What it comes to, if we may call its URL.</summary>
    public async Task<Result<SubscriptionChange>> ToChangeAsync(OutboundUrls urls, CancellationToken cancellation)
    {
        var check = new Check();
        var change = new SubscriptionChange(Url ?? "", Events ?? [], Description, Enabled ?? true);
        change.Validate(check);
        if (check.Failed(out var error)) return error;
        return (await urls.CheckAsync(change.Url, cancellation)).TryGet(out _, out error) ? change : error;
    }
}
