using Microsoft.Azure.Functions.Worker;
using ProCode.Idempotency;

namespace ProCode.Functions.Idempotency;

/// <summary>Forgets, every hour, the keyed requests whose day is over.</summary>
public sealed class RemoveExpiredRequests(IdempotencyStore requests)
{
    [Function(nameof(RemoveExpiredRequests))]
    public Task Run([TimerTrigger("0 17 * * * *")] TimerInfo timer, CancellationToken cancellation) => requests.RemoveExpiredAsync(cancellation);
}
