using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Functions.Http;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Functions.Health;

/// <summary>Tells whether requests can be served: every part that they need is asked, and has two seconds to answer.</summary>
public sealed class GetReadiness(Tables tables, Blobs blobs, TimeProvider time, ILogger<GetReadiness> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    [Function(nameof(GetReadiness))]
    [OpenEndpoint("Load balancers carry no key; it tells which part is down, never why.")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ready")] HttpRequest request,
        [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var parts = await Task.WhenAll(
            AskAsync("tables", async limit => await (await tables.GetAsync(TableNames.Counters, limit)).FindAsync("ready", "ready", limit), cancellation),
            AskAsync("blobs", async limit => await (await blobs.GetAsync(BlobContainers.Pipelines, limit)).ExistsAsync(limit), cancellation),
            AskAsync("orchestrations", limit => durable.GetInstanceAsync("ready", limit), cancellation));

        return parts.All(part => part.Up)
            ? Answers.Ok(new ReadinessResponse("ready", parts))
            : Answers.Failure(GeneralErrors.Unavailable.With("A part that requests need is down.") with
            {
                Details = [.. parts.Select(part => new ErrorDetail(part.Name, $"{(part.Up ? "up" : "down")} after {part.Milliseconds} ms"))],
                RetryAfter = RetryAfter,
            });
    }

    private async Task<Part> AskAsync(string name, Func<CancellationToken, Task> ask, CancellationToken cancellation)
    {
        var begin = time.GetTimestamp();
        var up = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            // A client that doesn't heed its token must not hold the answer back.
            await ask(limit.Token).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            up = false;
            HealthLog.PartDown(logger, failure, name);
        }

        return new Part(name, up, (long)time.GetElapsedTime(begin).TotalMilliseconds);
    }

    private sealed record Part(string Name, bool Up, long Milliseconds);

    private sealed record ReadinessResponse(string Status, IReadOnlyList<Part> Parts);
}
