using System.Text.Json;
using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Shared.Tests.Pipelines;

public sealed class RerunsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    [Fact]
    public void Retry_AFailedStage_BeginsItAnewAndKeepsWhatWasDone()
    {
        var failed = FailedAt(StageKind.PACKAGE);
        var again = Reruns.Retry(failed, Command(CommandKind.RETRY)).Value;

        Assert.Equal((PipelineStatus.RUNNING, 2, "PACKAGE"), (again.Status, again.Run, again.CurrentStage));
        Assert.Equal((StageStatus.PENDING, 0, 1), (again[StageKind.PACKAGE].Status, again[StageKind.PACKAGE].Attempt, again[StageKind.PACKAGE].ManualRetries));
        Assert.Equal(failed[StageKind.BUILD], again[StageKind.BUILD]);
        Assert.Equal((NextStepKind.RUN_STAGE, StageKind.PACKAGE, 1), Next(again));
    }

    [Fact]
    public void Retry_AsOftenAsAllowed_ThenNoMore()
    {
        var pipeline = FailedAt(StageKind.PACKAGE);
        for (var retry = 1; retry <= 10; retry++)
        {
            pipeline = Reruns.Retry(pipeline, Command(CommandKind.RETRY)).Value;
            Assert.Equal(retry, pipeline[StageKind.PACKAGE].ManualRetries);
            pipeline = Fail(PipelineProgress.Decide(pipeline, Now).Pipeline, StageKind.PACKAGE);
        }

        Assert.Equal(PipelineErrors.RetriesExhausted, Reruns.Retry(pipeline, Command(CommandKind.RETRY)).Error!.Code);
        Assert.Equal(0, Reruns.Restart(pipeline, StageKind.PACKAGE, null, Command(CommandKind.RESTART)).Value[StageKind.PACKAGE].ManualRetries);
    }

    /// <summary>Every status, with what a person may do then. All else is refused with the command's own code and names the states that allow it.</summary>
    [Theory]
    [InlineData("PENDING", CommandKind.CANCEL)]
    [InlineData("RUNNING", CommandKind.CANCEL)]
    [InlineData("PAUSED at a gate", CommandKind.CANCEL, CommandKind.PROCEED)]
    [InlineData("PAUSED for a retry", CommandKind.CANCEL)]
    [InlineData("interrupted", CommandKind.CANCEL, CommandKind.RESUME, CommandKind.RESTART)]
    [InlineData("FAILED", CommandKind.RETRY, CommandKind.RESUME, CommandKind.RESTART)]
    [InlineData("CANCELED", CommandKind.RESUME, CommandKind.RESTART)]
    [InlineData("SUCCESS", CommandKind.RESTART)]
    public void EveryCommand_InEveryState_IsAllowedAsTheTableSays(string state, params CommandKind[] allowed)
    {
        var pipeline = InState(state);
        foreach (var kind in Enum.GetValues<CommandKind>().Except([CommandKind.CONFIGURE])) // That has rules of its own.
        {
            var done = Do(pipeline, kind);
            Assert.True(done.Succeeded == allowed.Contains(kind), $"{kind} in {state}: {done.Error?.Message}");
            if (done.Error is { } error) Assert.Equal((CodeOf(kind), true), (error.Code, error.Message.Contains(pipeline.Status.ToString(), StringComparison.Ordinal)));
        }
    }

    /// <summary>Between two phases it is PAUSED at a gate, which only its iteration opens.</summary>
    [Fact]
    public void EveryCommand_OnAnIterationPipeline_IsRefused()
    {
        var between = AtGate() with { Type = PipelineType.ITERATION, Stages = [] };
        foreach (var pipeline in new[] { between, between with { Status = PipelineStatus.FAILED, WaitingFor = null } })
        {
            foreach (var kind in Enum.GetValues<CommandKind>().Except([CommandKind.CONFIGURE]))
            {
                var error = Do(pipeline, kind).Error!;
                Assert.Equal((CodeOf(kind), true), (error.Code, error.Message.Contains("ITERATION", StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void Cancel_AStageUnderWay_IsRecordedAsCutOff()
    {
        var canceled = Reruns.Cancel(Begun(), Command(CommandKind.CANCEL)).Value;
        Assert.Equal((StageStatus.FAILED, "RUN_OVER"), (canceled[StageKind.CODE_CHECK].Status, canceled[StageKind.CODE_CHECK].Failure!.Error));
        Assert.Equal(NextStepKind.END, PipelineProgress.Decide(canceled, Now).Step.Kind);
        Assert.Same(canceled, PipelineProgress.Apply(canceled, Succeeded(StageKind.CODE_CHECK), Interval, Now));
    }

    [Fact]
    public void Resume_CanceledAtAGate_StillWaitsThere()
    {
        var canceled = Reruns.Cancel(AtGate(), Command(CommandKind.CANCEL)).Value;
        var resumed = Reruns.Resume(canceled, Command(CommandKind.RESUME)).Value;
        var (waiting, step) = PipelineProgress.Decide(resumed, Now);
        Assert.Equal((NextStepKind.WAIT, WaitKind.GATE), (step.Kind, waiting.WaitingFor!.Kind));
    }

    [Fact]
    public void Proceed_AtAGate_BeginsTheNextStageAndOnlyThat()
    {
        var opened = Reruns.Proceed(AtGate(), Command(CommandKind.PROCEED)).Value;
        Assert.Equal("ann", opened[StageKind.PACKAGE].ProceededBy);
        Assert.Equal((NextStepKind.RUN_STAGE, StageKind.PACKAGE, 1), Next(opened));
        Assert.False(Reruns.Proceed(opened, Command(CommandKind.PROCEED)).Succeeded);
    }

    [Theory]
    [InlineData(StageKind.PACKAGE)]
    [InlineData(StageKind.DEPLOY)]
    public void Decide_AManualStageBeforeDeployOrDeployItself_HoldsBeforeDeploy(StageKind manual)
    {
        var pipeline = Configured(Begun(), manual, DriveMode.MANUAL);
        foreach (var stage in (StageKind[])[StageKind.CODE_CHECK, StageKind.BUILD, StageKind.PACKAGE])
        {
            Assert.Equal(stage, PipelineProgress.Decide(pipeline, Now).Step.Stage);
            pipeline = Succeed(PipelineProgress.Decide(pipeline, Now).Pipeline, stage);
        }

        var (waiting, step) = PipelineProgress.Decide(pipeline, Now);
        Assert.Equal((NextStepKind.WAIT, StageKind.DEPLOY, PipelineStatus.PAUSED), (step.Kind, step.Stage!.Value, waiting.Status));
        Assert.Same(waiting, PipelineProgress.Decide(waiting, Now.AddHours(3)).Pipeline);
    }

    [Fact]
    public void Restart_FromAnyStageWithCheckpointsBefore_TakesItsInput()
    {
        var failed = FailedAt(StageKind.PACKAGE);
        var input = JsonSerializer.SerializeToElement(new { port = 9000 });
        var again = Reruns.Restart(failed, StageKind.BUILD, input, Command(CommandKind.RESTART)).Value;
        Assert.Equal(9000, StageInput.Of<StageInput.Build>(again[StageKind.BUILD]).Port);
        Assert.Equal((StageStatus.SUCCESS, StageStatus.PENDING, StageStatus.PENDING), (again[StageKind.CODE_CHECK].Status, again[StageKind.BUILD].Status, again[StageKind.PACKAGE].Status));

        var refused = Reruns.Restart(failed, StageKind.DEPLOY, null, Command(CommandKind.RESTART)).Error!;
        Assert.Equal((PipelineErrors.RestartNotAllowed, "must be PACKAGE or earlier"), (refused.Code, refused.Details.Single().Issue));
    }

    /// <summary>What a repeated request answers with when the run it has begun is over by then.</summary>
    [Fact]
    public void StageAt_EverythingIsDone_IsTheLastStage()
    {
        Assert.Null(Done().NextStage);
        Assert.Equal(StageKind.DEPLOY, Done().StageAt.Stage);
        Assert.Equal(StageKind.PACKAGE, FailedAt(StageKind.PACKAGE).StageAt.Stage);
    }

    private static Result<Pipeline> Do(Pipeline pipeline, CommandKind kind) => kind switch
    {
        CommandKind.RETRY => Reruns.Retry(pipeline, Command(kind)),
        CommandKind.RESUME => Reruns.Resume(pipeline, Command(kind)),
        CommandKind.RESTART => Reruns.Restart(pipeline, StageKind.CODE_CHECK, null, Command(kind)),
        CommandKind.PROCEED => Reruns.Proceed(pipeline, Command(kind)),
        CommandKind.CANCEL => Reruns.Cancel(pipeline, Command(kind)),
        CommandKind.CONFIGURE => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static ErrorCode CodeOf(CommandKind kind) => kind switch
    {
        CommandKind.RETRY => PipelineErrors.RetryNotAllowed,
        CommandKind.RESUME => PipelineErrors.ResumeNotAllowed,
        CommandKind.RESTART => PipelineErrors.RestartNotAllowed,
        CommandKind.PROCEED => PipelineErrors.ProceedNotAllowed,
        CommandKind.CANCEL => PipelineErrors.CancelNotAllowed,
        CommandKind.CONFIGURE => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Pipeline InState(string state) => state switch
    {
        "PENDING" => New(),
        "RUNNING" => Begun(),
        "PAUSED at a gate" => AtGate(),
        "PAUSED for a retry" => Begun() with { Status = PipelineStatus.PAUSED, WaitingFor = new WaitingFor(WaitKind.LOCK, "held", Now) },
        "interrupted" => Reruns.Interrupt(Begun(), Now),
        "FAILED" => FailedAt(StageKind.CODE_CHECK),
        "CANCELED" => Reruns.Cancel(Begun(), Command(CommandKind.CANCEL)).Value,
        "SUCCESS" => Done(),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static PipelineCommand Command(CommandKind kind) => new(1, kind, "ann", Now);

    private static Pipeline New() =>
        Pipeline.ForPhase(9, 3, 1, 7, 8, new IterationPhase(11, PhaseType.RELEASE, "main", "v1.0.0", false, "production", PhaseStatus.RUNNING, 9, Now),
            StageConfig.PhaseDefaults, Now);

    private static Pipeline Begun() => PipelineProgress.Decide(New(), Now).Pipeline;

    private static Pipeline FailedAt(StageKind stage)
    {
        var pipeline = Begun();
        foreach (var done in Enum.GetValues<StageKind>().Where(kind => kind < stage)) pipeline = PipelineProgress.Decide(Succeed(pipeline, done), Now).Pipeline;
        return Fail(pipeline, stage);
    }

    private static Pipeline Done() => Enum.GetValues<StageKind>().Aggregate(Begun(), (pipeline, stage) => PipelineProgress.Decide(Succeed(pipeline, stage), Now).Pipeline);

    // After BUILD, which is MANUAL.
    private static Pipeline AtGate()
    {
        var pipeline = Configured(Begun(), StageKind.BUILD, DriveMode.MANUAL);
        pipeline = PipelineProgress.Decide(Succeed(pipeline, StageKind.CODE_CHECK), Now).Pipeline;
        return PipelineProgress.Decide(Succeed(pipeline, StageKind.BUILD), Now).Pipeline;
    }

    private static Pipeline Configured(Pipeline pipeline, StageKind stage, DriveMode mode) => pipeline with
    {
        StageConfigs = new SortedDictionary<StageKind, StageConfig>(pipeline.StageConfigs.ToDictionary()) { [stage] = pipeline.StageConfigs[stage] with { DriveMode = mode } },
    };

    private static Pipeline Succeed(Pipeline pipeline, StageKind stage) => PipelineProgress.Apply(pipeline, Succeeded(stage), Interval, Now);

    private static StageOutcome Succeeded(StageKind stage) => StageOutcome.Success(stage, 1, new CodeCheckOutput("c", "t"));

    private static Pipeline Fail(Pipeline pipeline, StageKind stage) =>
        PipelineProgress.Apply(pipeline, StageOutcome.Failed(stage, 1, GitErrors.RefNotFound.With("no")), Interval, Now);

    private static (NextStepKind, StageKind, int) Next(Pipeline pipeline)
    {
        var step = PipelineProgress.Decide(pipeline, Now).Step;
        return (step.Kind, step.Stage!.Value, step.Attempt);
    }
}
