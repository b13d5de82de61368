using ProCode.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>Every change of a status was told exactly once: the events of a subject, in their order, lead from how it began to how its row says that it is, and each has an
/// id of its own. The same one may have come more than once.</summary>
internal sealed class EventAudit(TestPlatform world, Ledger ledger, Past past)
{
    private readonly List<string> _violations = [];

    public IReadOnlyList<string> Run()
    {
        var sent = world.Receiver.Sent.GroupBy(one => one.Headers.Id, one => Convert.ToHexStringLower(one.Body)).ToDictionary(same => same.Key!, same => same.ToHashSet());
        foreach (var (id, bodies) in sent) Check(bodies.Count == 1, $"{id} was sent with different texts");
        Check(ledger.Told.Select(told => told.Id).ToHashSet().SetEquals(sent.Keys), "an event has another id than its message");
        Check(ledger.Deliveries.Select(delivery => delivery.EventId).ToHashSet().SetEquals(sent.Keys), "what was sent is not what was to be delivered");
        Check(ledger.Deliveries.Select(delivery => delivery.EventId).Distinct().Count() == ledger.Deliveries.Count, "an event has two deliveries");
        foreach (var delivery in ledger.Deliveries) Check(delivery.Status == EventDeliveryStatus.DELIVERED, $"{delivery.Id} is {delivery.Status}");

        foreach (var pipeline in ledger.Pipelines.Where(pipeline => !past.IsBefore(pipeline)))
        {
            var about = ledger.Told.Where(told => told.Data.PipelineId == pipeline.Id).ToList();
            Follow($"pipeline {pipeline.Id}", about.Where(told => told.Type == EventType.PipelineStatusChanged), null, pipeline.Status.ToString(), pipeline.Version);
            foreach (var stage in pipeline.Stages)
            {
                var began = pipeline.RollbackTo is not null && stage.Stage != StageKind.DEPLOY ? StageStatus.SUCCESS : StageStatus.PENDING;
                var ofStage = about.Where(told => told.Type == EventType.StageStatusChanged && told.Data.Stage == stage.Stage.ToString());
                Follow($"{stage.Stage} of pipeline {pipeline.Id}", ofStage, began.ToString(), stage.Status.ToString(), pipeline.Version);
            }
        }

        foreach (var deployment in ledger.Deployments.Where(deployment => !past.IsBefore(deployment.PipelineId)))
        {
            var about = ledger.Told.Where(told => told.Type == EventType.DeploymentStatusChanged && told.Data.DeploymentId == deployment.Id);
            Follow(deployment.Id, about, null, deployment.Status.ToString(), deployment.Version);
        }

        foreach (var iteration in ledger.Iterations.Where(_ => past.IsEmpty)) Follow(iteration);
        return _violations;
    }

    private void Follow(Iteration iteration)
    {
        var about = ledger.Told.Where(told => told.Type == EventType.IterationStatusChanged && told.Data.IterationId == iteration.Id).ToList();
        Follow($"iteration {iteration.Id}", about, null, iteration.Status.ToString(), iteration.Version);
        foreach (var phase in iteration.Phases)
        {
            var status = (string?)null;
            foreach (var change in about.SelectMany(told => told.Data.Phases ?? []).Where(change => change.Id == phase.Id))
            {
                Check(change.From == status, $"phase {phase.Id} went from {change.From}, and was {status}");
                status = change.To;
            }

            Check(status == phase.Status.ToString(), $"phase {phase.Id} was told to be {status} and is {phase.Status}");
        }
    }

    private void Follow(string subject, IEnumerable<StatusEvent> events, string? began, string isNow, int version)
    {
        var (status, sequence) = (began, -1L);
        foreach (var told in events)
        {
            Check(told.Data.From == status, $"{subject} went from {told.Data.From}, and was {status}");
            Check(told.Sequence > sequence, $"{subject}: sequence {told.Sequence} comes after {sequence}");
            (status, sequence) = (told.Data.To, told.Sequence);
        }

        Check(status == isNow && sequence <= version, $"{subject} was told to be {status} and is {isNow}");
    }

    private void Check(bool isSo, string otherwise)
    {
        if (!isSo) _violations.Add(otherwise);
    }
}
