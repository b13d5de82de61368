using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Functions.Iterations;

internal sealed record CloseIterationResponse(long IterationId, IterationStatus Status, string ClosedBy, DateTimeOffset ClosedAt);

/// <summary>POST /api/v1/iterations/{id}/close: ends an iteration without a release; refused while a phase runs.</summary>
public sealed class CloseOpenIteration(CloseIteration close, RunCalls calls)
{
    [Function(nameof(CloseOpenIteration))]
    [RequirePermission(Permission.IterationsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/iterations/{id:long}/close")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!(await close.RunAsync(id, request.Principal().Id, cancellation)).TryGet(out var closed, out error)) return Answers.Failure(error);

        // Owed already: what can't be told now, the sweep tells.
        var (iteration, closing) = (closed.Iteration, closed.Iteration.Closing!);
        await calls.PayAsync(durable, iteration.AppId, closed.Debts, cancellation);
        return Answers.Ok(new CloseIterationResponse(iteration.Id, iteration.Status, closing.By, closing.At));
    }
}
