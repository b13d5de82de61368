using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Results;

namespace ProCode.Iterations;

/// <summary>Plans an iteration of an app.</summary>
public sealed class PlanIteration(AppStore apps, IterationStore iterations, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The new iteration, a DRAFT.</summary>
    public async Task<Result<Iteration>> RunAsync(long appId, string name, string sourceBranch, CancellationToken cancellation)
    {
        if (await apps.FindAsync(appId, cancellation) is not { } app) return AppErrors.NotFound(appId);
        if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
        if (app.Value.DevMode != DevMode.ProCode)
            return IterationErrors.PreconditionFailed.With("Only pro-code apps have iterations.", "appId", "is a low-code app");

        var now = time.GetUtcNow();
        var id = await requestIds.NextAsync("iterations", cancellation);
        var iteration = new Iteration(
            id, appId, app.Value.ProjectId, name, IterationStatus.DRAFT, sourceBranch, CurrentPhase: null, PipelineId: null, Phases: [], now, now);
        return await iterations.CreateAsync(iteration, cancellation);
    }
}
