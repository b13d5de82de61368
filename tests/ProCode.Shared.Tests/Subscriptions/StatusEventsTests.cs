using System.Text.Json;
using System.Text.RegularExpressions;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Shared.Tests.Subscriptions;

public sealed class StatusEventsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly IterationPhase Phase = new(5, PhaseType.RELEASE, "main", "v1.0.0", false, "production", PhaseStatus.RUNNING, 4, Now);

    private static Pipeline Accepted => Pipeline.ForPhase(4, 1, 1, 2, 3, Phase, new PipelineOptions().PhaseDefaults(), Now);

    [Fact]
    public void Of_ARunFromBeginToFailure_TellsEachChangeOnceUnderIdsOfItsOwn()
    {
        var (running, _) = PipelineProgress.Decide(Accepted, Now);
        var failure = new StageFailure(2101, "GIT_REF_NOT_FOUND", "no such tag: hunter2", Transient: false);
        var failed = PipelineProgress.Apply(running, new StageOutcome(StageKind.CODE_CHECK, 1, null, failure), TimeSpan.FromSeconds(5), Now);

        StatusEvent[] told = [.. StatusEvents.EventsOf(null, Accepted), .. StatusEvents.EventsOf(Accepted, running), .. StatusEvents.EventsOf(running, failed)];

        Assert.Equal(
            [
                (EventType.PipelineStatusChanged, null, "PENDING"), (EventType.StageStatusChanged, "PENDING", "RUNNING"),
                (EventType.PipelineStatusChanged, "PENDING", "RUNNING"), (EventType.StageStatusChanged, "RUNNING", "FAILED"),
                (EventType.PipelineStatusChanged, "RUNNING", "FAILED"),
            ],
            told.Select(one => (one.Type, one.Data.From, one.Data.To)));
        Assert.Equal(told.Length, told.Select(one => one.Id).Distinct().Count());
        Assert.All(told, one => Assert.Matches(new Regex(@"\Aevt-[A-Za-z0-9-]+\z"), one.Id));
        Assert.Equal(told.Select(one => one.Sequence).Order(), told.Select(one => one.Sequence));
        Assert.Equal(new StatusEventError(2101, "GIT_REF_NOT_FOUND"), told[^1].Data.Error);
        Assert.Equal(("CODE_CHECK", 1, "v1.0.0", "production"), (told[3].Data.Stage, told[3].Data.Attempt!.Value, told[3].Data.Tag, told[3].Data.Environment));
        Assert.DoesNotContain("hunter2", Text(told), StringComparison.Ordinal);
        Assert.Equal(Text(told[3..]), Text([.. StatusEvents.EventsOf(running, failed)])); // The same change is the same events.
    }

    [Fact]
    public void Of_AChangeOfNoStatus_IsNoEvent()
    {
        var (running, _) = PipelineProgress.Decide(Accepted, Now);
        var iteration = Iteration();
        var deployment = Deployment();

        Assert.Empty(StatusEvents.Of(running, running.Changed(Now) with { WaitingFor = new WaitingFor(WaitKind.DEPLOYMENT, "waits", Now) }));
        Assert.Empty(StatusEvents.Of(iteration with { Status = IterationStatus.DEVELOPING }, (iteration with { Status = IterationStatus.DEVELOPING }).WithCommit("c", Now)));
        Assert.Empty(StatusEvents.Of(deployment, deployment with { Url = "http://agent.test" }));
    }

    [Fact]
    public void Of_AnIterationThatIsReleased_TellsItsStatusAndItsPhases()
    {
        var draft = Iteration();
        var developing = draft.WithCommit("c", Now);
        var releasing = developing.Enter(IterationEvent.EnterRelease, Phase, 3, Now);
        var released = releasing.WithPhase(Phase.Id, PhaseStatus.SUCCESS, Now);

        Assert.Equal((null, "DRAFT"), Change(Assert.Single(StatusEvents.EventsOf(null, draft))));
        Assert.Equal(("DRAFT", "DEVELOPING"), Change(Assert.Single(StatusEvents.EventsOf(draft, developing))));
        var entered = Assert.Single(StatusEvents.EventsOf(developing, releasing));
        Assert.Equal(("DEVELOPING", "RELEASING", "v1.0.0"), (entered.Data.From, entered.Data.To, entered.Data.Tag));
        Assert.Equal(new PhaseChange(5, "RELEASE", null, "RUNNING", 4, "v1.0.0", "production"), Assert.Single(entered.Data.Phases!));
        var ended = Assert.Single(StatusEvents.EventsOf(releasing, released));
        Assert.Equal(("RELEASING", "RELEASED", 3L), (ended.Data.From, ended.Data.To, ended.Sequence));
        Assert.Equal(("RUNNING", "SUCCESS"), (ended.Data.Phases![0].From, ended.Data.Phases[0].To));

        // A phase that failed leaves its iteration as it was, and is told all the same.
        var failed = Assert.Single(StatusEvents.EventsOf(releasing, releasing.WithPhase(Phase.Id, PhaseStatus.FAILED, Now)));
        Assert.Equal(("RELEASING", "RELEASING", "FAILED"), (failed.Data.From, failed.Data.To, failed.Data.Phases![0].To));
    }

    [Fact]
    public void Of_ADeploymentThatFails_TellsTheCodeAndNothingThatTheAgentSaid()
    {
        var pending = Deployment();
        var running = pending.After(new Evidence(EvidenceSource.CREATE, OpsStatus.RUNNING, "starting", Now), null);
        var failed = running.After(new Evidence(EvidenceSource.CALLBACK, OpsStatus.FAILED, "AGENT_CRASHED: key=hunter2", Now), null);

        Assert.Equal(("PENDING", "RUNNING"), Change(Assert.Single(StatusEvents.EventsOf(pending, running))));
        var told = Assert.Single(StatusEvents.EventsOf(running, failed));
        Assert.Equal(("evt-deploy-1-4-1-1-2", "RUNNING", "FAILED"), (told.Id, told.Data.From, told.Data.To));
        Assert.Equal(new StatusEventError(4302, "AGENT_CRASHED"), told.Data.Error);
        Assert.DoesNotContain("hunter2", Text([told]), StringComparison.Ordinal);
        Assert.Empty(StatusEvents.EventsOf(failed, failed.After(new Evidence(EvidenceSource.POLL, OpsStatus.SUCCESS, "late", Now), null)));
    }

    [Fact]
    public void Of_AStatusThatChangesWithoutItsVersion_IsAProgrammingError() =>
        Assert.Throws<InvalidOperationException>(() => StatusEvents.Of(Iteration(), Iteration() with { Status = IterationStatus.CLOSED }));

    [Fact]
    public void Of_AChange_IsADebtOfItsApp()
    {
        var debt = Assert.Single(StatusEvents.Of(null, Accepted));

        Assert.Equal(("app-1", "outbox-PUBLISH_EVENT-0-0-evt-pipeline-4-1"), (debt.Entity.PartitionKey, debt.Entity.RowKey));
        Assert.Equal("evt-pipeline-4-1", TableEntityJson.Get<StatusEvent>((Azure.Data.Tables.TableEntity)debt.Entity, StatusEvents.Event)!.Id);
    }

    [Fact]
    public void Payload_OfAnEvent_IsWhatTheDocumentationShows()
    {
        var (running, _) = PipelineProgress.Decide(Accepted, Now);
        var subscription = new Subscription(9, 1, "https://receiver.test/", ["*"], null, true, "", Now, Now);

        var delivery = EventDelivery.Of(StatusEvents.EventsOf(Accepted, running).First(), subscription, Now);

        Assert.Equal(
            """{"id":"evt-pipeline-4-3-CODE-CHECK","type":"stage.status_changed","timestamp":"2026-03-01T08:00:00+00:00","sequence":3,"data":{"appId":1,"from":"PENDING","to":"RUNNING","iterationId":2,"pipelineId":4,"pipelineType":"PHASE","run":1,"stage":"CODE_CHECK","attempt":1,"tag":"v1.0.0","environment":"production"}}""",
            delivery.Payload);
        Assert.True(EventDelivery.IsId(delivery.Id));
    }

    private static Iteration Iteration() => new(2, 1, 1, "spring", IterationStatus.DRAFT, "main", null, null, [], Now, Now);

    private static Deployment Deployment() => new(
        "deploy-1-4-1-1", 1, 4, "production", 1, "agent:v1", "sha256:0", new DeploymentConfig(new Dictionary<string, string>(), "1", "1Gi", 1, 8080, "/health"),
        "", OpsStatus.PENDING, "", Now, Now);

    private static (string?, string?) Change(StatusEvent told) => (told.Data.From, told.Data.To);

    private static string Text(StatusEvent[] told) => JsonSerializer.Serialize(told, ProCodeJson.Options);
}
