using System.Globalization;
using Azure.Data.Tables;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>
/// The events that a change of a row makes, as debts for the change's own transaction: told exactly if the change happened, at no further round trip. Before is
/// null for a new row. A change of a status that leaves the row's version as it was is a programming error: its event would have the id of an earlier one.
/// </summary>
public static class StatusEvents
{
    /// <summary>The property of a debt's row that holds the event.</summary>
    internal const string Event = "Event";

    /// <summary>A pipeline's status and the status of each of its stages. What a new pipeline took over from another is no change.</summary>
    public static IReadOnlyList<TableTransactionAction> Of(Pipeline? before, Pipeline after) =>
        [.. EventsOf(before, after).Select(told => Owe(after.AppId, told))];

    /// <summary>An iteration's status and those of its phases, in one event.</summary>
    public static IReadOnlyList<TableTransactionAction> Of(Iteration? before, Iteration after) =>
        [.. EventsOf(before, after).Select(told => Owe(after.AppId, told))];

    /// <summary>A deployment's status.</summary>
    public static IReadOnlyList<TableTransactionAction> Of(Deployment? before, Deployment after) =>
        [.. EventsOf(before, after).Select(told => Owe(after.AppId, told))];

    internal static OutboxEntry Debt(string eventId) => new(OutboxKind.PUBLISH_EVENT, 0, Key: eventId);

    internal static IEnumerable<StatusEvent> EventsOf(Pipeline? before, Pipeline after)
    {
        var about = new StatusEventData(after.AppId)
        {
            IterationId = after.IterationId,
            PipelineId = after.Id,
            PipelineType = after.Type.ToString(),
            Run = after.Run,
            Tag = after.Tag,
            Environment = after.Environment,
        };
        var id = string.Create(CultureInfo.InvariantCulture, $"evt-pipeline-{after.Id}-{after.Version}");
        foreach (var stage in before is null ? [] : after.Stages)
        {
            if (before!.Stages.FirstOrDefault(run => run.Stage == stage.Stage)?.Status is not { } was || was == stage.Status) continue;
            Check(before.Version, after.Version, id);
            yield return new StatusEvent($"{id}-{stage.Stage.ToString().Replace('_', '-')}", EventType.StageStatusChanged, after.UpdatedAt, after.Version, about with
            {
                From = was.ToString(),
                To = stage.Status.ToString(),
                Stage = stage.Stage.ToString(),
                Attempt = stage.Attempt,
                Error = ErrorOf(stage),
            });
        }

        if (before?.Status == after.Status) yield break;
        Check(before?.Version, after.Version, id);
        var failed = after.Status == PipelineStatus.FAILED ? after.Stages.LastOrDefault(stage => stage.Status == StageStatus.FAILED) : null;
        yield return new StatusEvent(id, EventType.PipelineStatusChanged, after.UpdatedAt, after.Version, about with
        {
            From = before?.Status.ToString(),
            To = after.Status.ToString(),
            Stage = after.CurrentStage,
            Error = failed is null ? null : ErrorOf(failed),
        });
    }

    internal static IEnumerable<StatusEvent> EventsOf(Iteration? before, Iteration after)
    {
        var phases = after.Phases.Select(phase => (phase, was: before?.Phases.FirstOrDefault(earlier => earlier.Id == phase.Id)))
            .Where(change => change.was?.Status != change.phase.Status)
            .Select(change => new PhaseChange(
                change.phase.Id, change.phase.Type.ToString(), change.was?.Status.ToString(), change.phase.Status.ToString(), change.phase.PipelineId,
                change.phase.Tag, change.phase.Environment))
            .ToList();
        if (before?.Status == after.Status && phases.Count == 0) yield break;
        var id = string.Create(CultureInfo.InvariantCulture, $"evt-iteration-{after.Id}-{after.Version}");
        Check(before?.Version, after.Version, id);
        yield return new StatusEvent(id, EventType.IterationStatusChanged, after.UpdatedAt, after.Version, new StatusEventData(after.AppId)
        {
            From = before?.Status.ToString(),
            To = after.Status.ToString(),
            IterationId = after.Id,
            PipelineId = after.PipelineId,
            Tag = phases.Count > 0 ? phases[^1].Tag : after.LatestPhase?.Tag,
            Environment = phases.Count > 0 ? phases[^1].Environment : after.LatestPhase?.Environment,
            Phases = phases.Count > 0 ? phases : null,
        });
    }

    internal static IEnumerable<StatusEvent> EventsOf(Deployment? before, Deployment after)
    {
        if (before?.Status == after.Status) yield break;
        var deployId = DeployId.Parse(after.Id) ?? throw new InvalidOperationException($"'{after.Id}' is no deployment's id.");
        var id = string.Create(CultureInfo.InvariantCulture, $"evt-{after.Id}-{after.Version}");
        Check(before?.Version, after.Version, id);

        // Its message is the target's or even the agent's own text, which may hold anything; the code is ours.
        var error = after.Status is OpsStatus.FAILED ? DeploymentErrors.FromTarget(after.Message).Code
            : after.Status is OpsStatus.TIMEOUT ? DeploymentErrors.TimedOut
            : after.Status is OpsStatus.CANCELED ? DeploymentErrors.Canceled
            : null;
        yield return new StatusEvent(id, EventType.DeploymentStatusChanged, after.UpdatedAt, after.Version, new StatusEventData(after.AppId)
        {
            From = before?.Status.ToString(),
            To = after.Status.ToString(),
            PipelineId = after.PipelineId,
            Run = deployId.Run,
            Attempt = deployId.Attempt,
            DeploymentId = after.Id,
            Tag = after.Tag,
            Environment = after.Environment,
            Error = error is null ? null : new StatusEventError(error.Number, error.Name),
        });
    }

    private static TableTransactionAction Owe(long appId, StatusEvent told)
    {
        var debt = AppPartition.Owe(appId, Debt(told.Id));
        TableEntityJson.Set((TableEntity)debt.Entity, Event, told);
        return debt;
    }

    private static StatusEventError? ErrorOf(StageRun stage) =>
        stage is { Status: StageStatus.FAILED, Failure: { } failure } ? new StatusEventError(failure.Code, failure.Error) : null;

    private static void Check(int? before, int after, string id)
    {
        if (before >= after) throw new InvalidOperationException($"The status changed and the version didn't: {id} would be told twice.");
    }
}
