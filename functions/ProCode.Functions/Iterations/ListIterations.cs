using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Functions.Iterations;

/// <summary>GET /api/v1/iterations?appId=: an app's iterations, newest first, each as it is shown alone; filter <c>status</c>.</summary>
public sealed class ListIterations(IterationStore iterations, PipelineStore pipelines, AppSettingsStore settings)
{
    [Function(nameof(ListIterations))]
    [RequirePermission(Permission.IterationsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/iterations")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var (appId, status) = (query.RequiredId("appId"), query.Choice<IterationStatus>("status"));
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);

        var appRead = settings.FindWithAppAsync(appId, cancellation);
        var listed = await iterations.ListAsync(appId, status, page.Limit, page.Continuation, cancellation);
        if (await appRead is not { } app) return Answers.Failure(AppErrors.NotFound(appId));
        if (!listed.TryGet(out var found, out error)) return Answers.Failure(error);
        var ofPhases = await pipelines.OfPhasesAsync(appId, found.Items, cancellation);
        return Answers.Page(found, iteration => IterationResponse.From(iteration, ofPhases, app.Settings.AllowSkippingPhases));
    }
}
