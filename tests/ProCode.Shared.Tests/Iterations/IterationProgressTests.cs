using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Shared.Tests.Iterations;

public sealed class IterationProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Iteration Draft = new(7, 3, 1, "spring", IterationStatus.DRAFT, "main", null, null, [], Now, Now);

    [Fact]
    public void Settle_EveryWayThroughThePhases_SaysWhereTheIterationStands()
    {
        var steps = 0;
        Walk(Draft, pipeline: null, left: 8);
        Assert.True(steps > 500, $"only {steps} steps");

        void Walk(Iteration iteration, Pipeline? pipeline, int left)
        {
            if (pipeline is not null) AssertStands(iteration, pipeline);
            if (left == 0) return;
            foreach (var next in Nexts(iteration))
            {
                steps++;
                var now = Now.AddMinutes(steps);
                var settled = next.Phases.Count == 0 ? null : IterationProgress.Settle(pipeline ?? Pipeline.ForIteration(20, next, now), next, now);
                if (settled is not null) Assert.Same(settled, IterationProgress.Settle(settled, next, now.AddDays(1)));
                Walk(next, settled, left - 1);
            }
        }
    }

    [Theory]
    [InlineData(PipelineStatus.PENDING)]
    [InlineData(PipelineStatus.RUNNING)]
    [InlineData(PipelineStatus.PAUSED)]
    [InlineData(PipelineStatus.SUCCESS)]
    [InlineData(PipelineStatus.FAILED)]
    [InlineData(PipelineStatus.CANCELED)]
    public void Settle_ARowThatStandsAnywhere_IsBroughtBack(PipelineStatus strayed)
    {
        foreach (var iteration in new[] { Running(), Running().WithPhase(11, PhaseStatus.SUCCESS, Now), Running().WithPhase(11, PhaseStatus.FAILED, Now) })
        {
            foreach (var one in new[] { iteration, iteration with { Status = IterationStatus.CLOSED }, iteration with { Status = IterationStatus.RELEASED } })
                AssertStands(one, IterationProgress.Settle(Pipeline.ForIteration(20, one, Now) with { Status = strayed }, one, Now));
        }
    }

    [Fact]
    public void Settle_BetweenTwoPhases_SaysWhoIsWaitedFor()
    {
        var tested = Running().WithPhase(11, PhaseStatus.SUCCESS, Now.AddMinutes(5));
        var pipeline = IterationProgress.Settle(Pipeline.ForIteration(20, tested, Now), tested, Now.AddMinutes(6));
        Assert.Equal((PipelineStatus.PAUSED, "TESTING"), (pipeline.Status, pipeline.CurrentStage));
        Assert.Equal(new WaitingFor(WaitKind.GATE, "TESTING is done; proceed to STAGING.", Now.AddMinutes(5)), pipeline.WaitingFor);
        Assert.Equal(
            [
                new IterationStageRun(IterationStage.DEVELOPING, StageStatus.SUCCESS, 1, Now, Now.AddMinutes(1)),
                new IterationStageRun(IterationStage.TESTING, StageStatus.SUCCESS, 1, Now.AddMinutes(1), Now.AddMinutes(5), 21),
                new IterationStageRun(IterationStage.STAGING, StageStatus.PENDING, 0), new IterationStageRun(IterationStage.RELEASE, StageStatus.PENDING, 0),
            ],
            pipeline.IterationStages);
    }

    private static Iteration Running() => Draft.Enter(IterationEvent.EnterTesting, Phase(Draft, PhaseType.TESTING), 20, Now);

    private static IterationPhase Phase(Iteration iteration, PhaseType type) => new(
        11 + iteration.Phases.Count, type, "main", null, false, type.Environment(), PhaseStatus.RUNNING, 21 + iteration.Phases.Count, Now.AddMinutes(1));

    private static IEnumerable<Iteration> Nexts(Iteration iteration)
    {
        foreach (var type in iteration.Enterable(maySkip: true)) yield return iteration.Enter(type.Entry(), Phase(iteration, type), 20, Now);
        if (iteration.Refusal(IterationEvent.Close, maySkip: true) is null) yield return iteration.Closed(new IterationClosing(1, "tester", Now));
        if (!iteration.IsOpen || iteration.LatestPhase is not { } phase) yield break;
        if (phase.Status != PhaseStatus.RUNNING)
        {
            yield return iteration.WithPhase(phase.Id, PhaseStatus.RUNNING, Now);
            yield return iteration.CarriedOutBy(99, Now);
            yield break;
        }

        yield return iteration.WithPhase(phase.Id, PhaseStatus.SUCCESS, Now);
        yield return iteration.WithPhase(phase.Id, PhaseStatus.FAILED, Now);
    }

    private static void AssertStands(Iteration iteration, Pipeline pipeline)
    {
        var expected = iteration.Status switch
        {
            IterationStatus.RELEASED => PipelineStatus.SUCCESS,
            IterationStatus.CLOSED => PipelineStatus.CANCELED,
            _ => iteration.LatestPhase!.Status switch
            {
                PhaseStatus.SUCCESS => PipelineStatus.PAUSED,
                PhaseStatus.FAILED => PipelineStatus.FAILED,
                _ => PipelineStatus.RUNNING,
            },
        };
        Assert.Equal((expected, iteration.CurrentPhase!.ToString()), (pipeline.Status, pipeline.CurrentStage));
        Assert.Equal(expected == PipelineStatus.PAUSED, pipeline.WaitingFor is { Kind: WaitKind.GATE });
        Assert.Equal(Enum.GetValues<IterationStage>(), pipeline.IterationStages.Select(stage => stage.Stage));
        Assert.Equal(iteration.IsOpen && expected == PipelineStatus.RUNNING ? 1 : 0, pipeline.IterationStages.Count(stage => iteration.IsOpen && stage.Status == StageStatus.RUNNING));

        // What lies behind is never still to come.
        var latest = pipeline.IterationStages.ToList().FindLastIndex(stage => stage.Entries > 0);
        Assert.DoesNotContain(pipeline.IterationStages.Take(latest), stage => stage.Status == StageStatus.PENDING);
        Assert.Equal(iteration.Phases.Count, pipeline.IterationStages.Skip(1).Sum(stage => stage.Entries));
        if (!iteration.IsOpen) Assert.DoesNotContain(pipeline.IterationStages, stage => stage.Status == StageStatus.PENDING);
    }
}
