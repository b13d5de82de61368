using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Ends work under way when its run is over: looks at the pipeline's row every few seconds. Work that is shorter than that costs nothing.</summary>
public sealed class RunWatch(PipelineStore pipelines, IOptions<PipelineOptions> options, ILogger<RunWatch> logger)
{
    /// <summary>The work's result; <see cref="PipelineErrors.RunOver"/> when the run was over first.</summary>
    public async Task<Result<T>> DoAsync<T>(StageAttempt attempt, Func<CancellationToken, Task<Result<T>>> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = work(stop.Token);
        while (await Task.WhenAny(working, Task.Delay(options.Value.CancelCheckInterval, cancellation)) != working)
        {
            if (!await IsOverAsync(attempt, cancellation)) continue;
            await stop.CancelAsync();
            try
            {
                return await working;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return attempt.Over();
            }
        }

        return await working;
    }

    // Storage that doesn't answer says nothing about the run.
    private async Task<bool> IsOverAsync(StageAttempt attempt, CancellationToken cancellation)
    {
        try
        {
            var pipeline = (await pipelines.GetAsync(attempt.AppId, attempt.PipelineId, cancellation)).Value;
            return pipeline.IsOver || pipeline.Run != attempt.Run;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            PipelineLog.WatchFailed(logger, e, attempt.PipelineId, attempt.Run);
            return false;
        }
    }
}
