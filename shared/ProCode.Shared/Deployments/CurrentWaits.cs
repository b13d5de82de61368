using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>
/// What a pipeline waits for as it is this moment. Its row tells what it was when the waiting began: the queue before it moves, and polls are made, without a write to
/// every row that waits.
/// </summary>
public sealed class CurrentWaits(AppPartition rows, DeploymentPolls polls, IDeploymentTarget target, TimeProvider time)
{
    /// <summary>What the pipeline waits for now; null when it doesn't.</summary>
    public async Task<WaitingFor?> OfAsync(Pipeline pipeline, CancellationToken cancellation) => pipeline.WaitingFor switch
    {
        { Kind: WaitKind.LOCK } waiting => await InLineAsync(pipeline, waiting, cancellation),
        { Kind: WaitKind.DEPLOYMENT, NextCheckAt: { } first } waiting => await PolledAsync(pipeline, waiting, first, cancellation),
        var waiting => waiting,
    };

    private async Task<WaitingFor> InLineAsync(Pipeline pipeline, WaitingFor waiting, CancellationToken cancellation)
    {
        var environment = await rows.FindAsync<AppEnvironment>(pipeline.AppId, AppRows.Environment(pipeline.Environment!), cancellation);
        return environment?.Value.WaitOf(pipeline.Id, pipeline.Run, waiting.Since) ?? waiting;
    }

    private async Task<WaitingFor> PolledAsync(Pipeline pipeline, WaitingFor waiting, DateTimeOffset first, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var absence = (await polls.FindAbsenceAsync(target.Name, cancellation))?.Value;
        var interval = pipeline.StageConfigs[StageKind.DEPLOY].PollInterval ?? 30;
        var after = absence is not null && absence.AskAgainAt > now ? absence.AskAgainAt : now;
        var message = absence is null ? waiting.Message : $"{waiting.Message} The ops system has not answered polls since {absence.Since:O}.";
        return waiting with { Message = message, NextCheckAt = DeploymentPoll.NextDue(first, interval, after) };
    }
}
