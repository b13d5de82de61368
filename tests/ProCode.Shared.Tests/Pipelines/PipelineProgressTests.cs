using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Repos;

namespace ProCode.Shared.Tests.Pipelines;

public sealed class PipelineProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    [Fact]
    public void Decide_ANewPipeline_BeginsCodeCheck()
    {
        var (pipeline, step) = PipelineProgress.Decide(New(), Now);
        Assert.Equal((NextStepKind.RUN_STAGE, StageKind.CODE_CHECK, 1), (step.Kind, step.Stage!.Value, step.Attempt));
        Assert.Equal(PipelineStatus.RUNNING, pipeline.Status);
        Assert.Equal("CODE_CHECK", pipeline.CurrentStage);
    }

    [Fact]
    public void Decide_AskedTwice_AnswersTheSameAndChangesNothing()
    {
        var (once, first) = PipelineProgress.Decide(New(), Now);
        var (twice, second) = PipelineProgress.Decide(once, Now.AddSeconds(9));
        Assert.Same(once, twice);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Apply_EveryStageSucceeds_EndsAsSuccessWithAllCheckpoints()
    {
        var pipeline = New();
        for (var (after, step) = PipelineProgress.Decide(pipeline, Now); step.Kind != NextStepKind.END; (after, step) = PipelineProgress.Decide(pipeline, Now))
            pipeline = PipelineProgress.Apply(after, StageOutcome.Success(step.Stage!.Value, step.Attempt, new CodeCheckOutput("c", "t")), Interval, Now);

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        Assert.All(pipeline.Stages, stage => Assert.Equal((StageStatus.SUCCESS, 1), (stage.Status, stage.Attempt)));
        Assert.Equal("c", pipeline.OutputOf<CodeCheckOutput>(StageKind.DEPLOY).CommitId);
    }

    [Fact]
    public void Apply_TheSameOutcomeTwice_ChangesNothingTheSecondTime()
    {
        var outcome = StageOutcome.Success(StageKind.CODE_CHECK, 1, new CodeCheckOutput("c", "t"));
        var once = PipelineProgress.Apply(PipelineProgress.Decide(New(), Now).Pipeline, outcome, Interval, Now);
        Assert.Same(once, PipelineProgress.Apply(once, outcome, Interval, Now));
    }

    [Fact]
    public void Apply_AnOutcomeOfAnEarlierAttempt_IsIgnored()
    {
        var pipeline = PipelineProgress.Decide(Fail(Begun(), StageKind.CODE_CHECK, 1, transient: true), Now.AddMinutes(1)).Pipeline;
        Assert.Equal(2, pipeline[StageKind.CODE_CHECK].Attempt);
        Assert.Same(pipeline, PipelineProgress.Apply(pipeline, Failure(StageKind.CODE_CHECK, 1, transient: false), Interval, Now));
    }

    [Fact]
    public void Apply_TransientFailures_AreRetriedAtGrowingIntervalsUpToMaxRetries()
    {
        var pipeline = Begun();
        var now = Now;
        foreach (var seconds in (int[])[5, 10, 20])
        {
            var attempt = pipeline[StageKind.CODE_CHECK].Attempt;
            pipeline = PipelineProgress.Apply(pipeline, Failure(StageKind.CODE_CHECK, attempt, transient: true), Interval, now);
            Assert.Equal(WaitKind.RETRY, pipeline.WaitingFor!.Kind);

            var (waiting, wait) = PipelineProgress.Decide(pipeline, now);
            Assert.Same(pipeline, waiting);
            Assert.Equal((NextStepKind.WAIT, now.AddSeconds(seconds)), (wait.Kind, wait.Until!.Value));

            now = wait.Until!.Value;
            pipeline = PipelineProgress.Decide(pipeline, now).Pipeline;
            Assert.Equal(attempt + 1, pipeline[StageKind.CODE_CHECK].Attempt);
            Assert.Null(pipeline.WaitingFor);
        }

        pipeline = PipelineProgress.Apply(pipeline, Failure(StageKind.CODE_CHECK, 4, transient: true), Interval, now);
        Assert.Equal(PipelineStatus.FAILED, pipeline.Status);
        Assert.Equal(NextStepKind.END, PipelineProgress.Decide(pipeline, now).Step.Kind);
    }

    [Fact]
    public void Apply_AFailureThatWontMendItself_FailsAtOnce()
    {
        var pipeline = Fail(Begun(), StageKind.CODE_CHECK, 1, transient: false);
        Assert.Equal(PipelineStatus.FAILED, pipeline.Status);
        Assert.Equal("GIT_REF_NOT_FOUND", pipeline[StageKind.CODE_CHECK].Failure!.Error);
    }

    [Fact]
    public void Apply_AManualStageFailsTransiently_IsNotRetried()
    {
        var pipeline = Begun();
        foreach (var stage in (StageKind[])[StageKind.CODE_CHECK, StageKind.BUILD])
        {
            pipeline = PipelineProgress.Apply(pipeline, StageOutcome.Success(stage, 1, new CodeCheckOutput("c", "t")), Interval, Now);
            pipeline = PipelineProgress.Decide(pipeline, Now).Pipeline;
        }

        Assert.Equal(PipelineStatus.FAILED, Fail(pipeline, StageKind.PACKAGE, 1, transient: true).Status);
    }

    private static Pipeline New() =>
        Pipeline.ForPhase(9, 3, 1, 7, 8, new IterationPhase(11, PhaseType.RELEASE, "main", "v1.0.0", false, "production", PhaseStatus.RUNNING, 9, Now),
            StageConfig.PhaseDefaults, Now);

    private static Pipeline Begun() => PipelineProgress.Decide(New(), Now).Pipeline;

    private static Pipeline Fail(Pipeline pipeline, StageKind stage, int attempt, bool transient) =>
        PipelineProgress.Apply(pipeline, Failure(stage, attempt, transient), Interval, Now);

    private static StageOutcome Failure(StageKind stage, int attempt, bool transient) =>
        StageOutcome.Failed(stage, attempt, (transient ? GitErrors.HostUnavailable : GitErrors.RefNotFound).With("no"));
}
