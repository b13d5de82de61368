using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Durable;

/// <summary>Removes the histories of what ended long ago from the engine. What came of it is in the rows, which stay.</summary>
public sealed class HistoryRetention(IOptions<PipelineOptions> options, TimeProvider time, ILogger<HistoryRetention> logger)
{
    // All that an instance ends as. One that waits is none of these, however old it is.
    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    // The engine is asked for a bounded stretch of time at once, so that one answer doesn't take minutes after a long pause.
    private static readonly TimeSpan Stretch = TimeSpan.FromDays(7);

    /// <summary>Removes the histories of instances that were begun before the retention time and have ended.</summary>
    public async Task RunAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() - options.Value.HistoryRetention;
        var removed = 0;
        for (var to = until; ; to -= Stretch)
        {
            // The oldest stretch has no begin.
            var isLast = to < until - (Stretch * 4);
            var filter = new PurgeInstancesFilter(isLast ? null : to - Stretch, to, Ended);
            removed += (await durable.PurgeAllInstancesAsync(filter, cancellation)).PurgedInstanceCount;
            if (isLast) break;
        }

        if (removed > 0) HistoryLog.Removed(logger, removed, until);
    }
}
