using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Deployments;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>
/// Polls all deployments that are waited for: what is due is asked in one question, and only where there is news are rows read and written and runs called. A run that
/// has not taken note of the end is called again at every turn.
/// </summary>
public sealed class DeploymentPolling(
    DeploymentPolls polls, DeploymentStore deployments, PipelineStore pipelines, IDeploymentTarget target, DeploymentLogs logs, TimeProvider time, ILogger<DeploymentPolling> logger)
{
    // What is more stays due and is taken by the next pass.
    private const int MaxPages = 20;
    private const int LooksAtOnce = 8;

    /// <summary>One pass over what is due.</summary>
    public async Task RunAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        for (var page = 0; page < MaxPages; page++)
        {
            var due = await polls.DueAsync(target.Name, time.GetUtcNow(), cancellation);
            if (due.Count == 0) return;
            await PassAsync(durable, due, cancellation);
            if (due.Count < DeploymentPolls.Page) return;
        }
    }

    private async Task PassAsync(DurableTaskClient durable, IReadOnlyList<Stored<DeploymentPoll>> due, CancellationToken cancellation)
    {
        var ids = due.Where(row => !row.Value.IsSettled).Select(row => row.Value.Id.ToString()).Distinct(StringComparer.Ordinal).ToList();
        var (answers, absence) = ids.Count == 0 ? (NoAnswers, null) : await AskAsync(ids, cancellation);

        var polled = new ConcurrentBag<PolledRow>();
        var looks = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(due, looks, async (row, stop) =>
        {
            try
            {
                var next = await LookAsync(durable, row.Value, answers, stop);
                var after = absence is not null && !row.Value.IsSettled ? absence.AskAgainAt : time.GetUtcNow();
                polled.Add(new PolledRow(row, next?.After(after)));
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // One deployment's trouble must not keep the others waiting; it stays due.
                DeployLog.ReportFailed(logger, e, row.Value.Id);
            }
        });
        await polls.WriteAsync(target.Name, polled, cancellation);
    }

    private static IReadOnlyDictionary<string, Result<DeploymentState>> NoAnswers { get; } = new Dictionary<string, Result<DeploymentState>>();

    // A target that is away is not asked at all until it is time to, and then for one deployment: its answer shows whether the others are worth asking.
    private async Task<(IReadOnlyDictionary<string, Result<DeploymentState>> Answers, TargetAbsence? Absence)> AskAsync(
        IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var absence = (await polls.FindAbsenceAsync(target.Name, cancellation))?.Value;
        if (absence is not null)
        {
            if (absence.AskAgainAt > time.GetUtcNow()) return (NoAnswers, absence);
            if ((await QuestionAsync([ids[0]], cancellation)).Count == 0) return (NoAnswers, await NoteAwayAsync(absence, cancellation));
            await polls.NoteAbsenceAsync(target.Name, null, cancellation);
            DeployLog.TargetBack(logger, target.Name, absence.Since);
        }

        var answers = await QuestionAsync(ids, cancellation);
        return answers.Count > 0 ? (answers, null) : (answers, await NoteAwayAsync(null, cancellation));
    }

    private async Task<TargetAbsence> NoteAwayAsync(TargetAbsence? before, CancellationToken cancellation)
    {
        var absence = TargetAbsence.After(before, time.GetUtcNow());
        await polls.NoteAbsenceAsync(target.Name, absence, cancellation);
        DeployLog.TargetAway(logger, target.Name, absence.Since, absence.AskAgainAt);
        return absence;
    }

    // The answers that say something about a deployment.
    private async Task<IReadOnlyDictionary<string, Result<DeploymentState>>> QuestionAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        try
        {
            var answers = await target.GetStatusesAsync(ids, cancellation);
            return answers.Where(answer => answer.Value.Succeeded || answer.Value.Error.Kind == ErrorKind.NotFound).ToDictionary(StringComparer.Ordinal);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            DeployLog.PollFailed(logger, e, target.Name);
            return NoAnswers;
        }
    }

    // The poll as it goes on; null when nobody waits any more.
    private async Task<DeploymentPoll?> LookAsync(
        DurableTaskClient durable, DeploymentPoll poll, IReadOnlyDictionary<string, Result<DeploymentState>> answers, CancellationToken cancellation)
    {
        Result<DeploymentState>? answer = !poll.IsSettled && answers.TryGetValue(poll.Id.ToString(), out var told) ? told : (Result<DeploymentState>?)null;
        var said = answer is null ? poll.Said : DeploymentPoll.Hash(answer.Value);
        var isLate = time.GetUtcNow() >= poll.Until;
        if (!poll.IsSettled && !isLate && said == poll.Said) return poll;

        var pipeline = (await pipelines.FindAsync(poll.Id.AppId, poll.Id.PipelineId, cancellation))?.Value;
        if (pipeline is not { IsOver: false, DeployStatus: DeployStatus.DEPLOYING } || pipeline.DeployId != poll.Id.ToString()) return null;
        if (await deployments.FindAsync(poll.Id, cancellation) is not { } found) return null;

        var deployment = found.Value;
        if (!deployment.IsSettled && answer is not null)
        {
            var (evidence, url) = Evidence(answer.Value);
            deployment = await deployments.ReportAsync(poll.Id, evidence, url, cancellation, found) ?? deployment;
            await logs.ReportedAsync(poll.Id, found.Value, deployment, EvidenceSource.POLL, cancellation);
        }

        // A callback that was announced and never written: the ops system sends it again, or is polled.
        if (poll.IsSettled && !deployment.IsSettled) return isLate ? null : poll;
        if (poll.IsSettled || isLate) DeployLog.CalledAgain(logger, poll.Id);
        if (deployment.IsSettled || isLate) await DeploymentCalls.CallAsync(durable, poll.Id, cancellation);
        return poll with { Said = said, IsSettled = deployment.IsSettled };
    }

    private (Evidence Evidence, string? Url) Evidence(Result<DeploymentState> answer) => answer.TryGet(out var state, out _)
        ? (new Evidence(EvidenceSource.POLL, state.Status, state.Message, time.GetUtcNow()), state.Url)
        : (new Evidence(EvidenceSource.POLL, OpsStatus.FAILED, DeploymentErrors.ForgottenByTarget, time.GetUtcNow()), null);
}
