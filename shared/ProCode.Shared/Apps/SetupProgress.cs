namespace ProCode.Apps;

/// <summary>What came of a step, or of taking it back.</summary>
public enum SetupResult
{
    DONE,
    SKIPPED,
    MANUAL,
    FAILED,

    /// <summary>The host did not answer; it is asked again.</summary>
    UNAVAILABLE,
}

/// <summary>How an attempt at a step ended, in which run of the set-up.</summary>
public sealed record SetupOutcome(int Run, SetupStepKind Kind, bool Undo, SetupResult Result, string? Message = null);

/// <summary>What a set-up does next.</summary>
public enum NextSetupKind
{
    RUN_STEP,
    UNDO_STEP,
    WAIT_UNTIL,
    END,
}

/// <summary>The next step of a set-up.</summary>
public sealed record NextSetup(NextSetupKind Kind, int Run = 0, SetupStepKind Step = default, DateTimeOffset? Until = null);

/// <summary>The rules by which a set-up moves, as pure functions of its row; see <see cref="Pipelines.PipelineProgress"/>. A host that is away is waited
/// for, with growing pauses; a step that failed stops the set-up, and what was done before it is taken back.</summary>
public static class SetupProgress
{
    /// <summary>How long a host that doesn't answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The set-up after an attempt ended. An outcome of an earlier run, or of a step that is settled, changes nothing.</summary>
    public static AppSetup Apply(AppSetup setup, SetupOutcome outcome, DateTimeOffset now)
    {
        var expected = outcome.Undo ? SetupStepStatus.UNDOING : SetupStepStatus.PENDING;
        if (setup.Run != outcome.Run || setup.Status != SetupStatus.RUNNING) return setup;
        if (setup.Steps.FirstOrDefault(step => step.Kind == outcome.Kind && step.Status == expected) is not { } step) return setup;

        if (outcome.Result == SetupResult.UNAVAILABLE)
        {
            var since = setup.WaitingSince ?? now;
            if (now - since < Patience)
            {
                var pause = FirstPause * Math.Pow(2, Math.Min(setup.Attempts, 10));
                return setup with
                {
                    Steps = With(setup, step with { Message = outcome.Message }),
                    Attempts = setup.Attempts + 1,
                    WaitingSince = since,
                    RetryAt = now + (pause < LongestPause ? pause : LongestPause),
                    UpdatedAt = now,
                };
            }
        }

        var settled = step with { Status = Settled(outcome), Message = outcome.Message };
        setup = setup with { Steps = With(setup, settled), Attempts = 0, WaitingSince = null, RetryAt = null, UpdatedAt = now };

        // A webhook left behind at a repository that isn't ours any more is a nuisance there, but nothing that the app needs.
        if (settled.Status == SetupStepStatus.FAILED && !outcome.Undo && outcome.Kind != SetupStepKind.FORMER_WEBHOOKS) setup = TakeBack(setup);
        return setup.Steps.Any(IsOpen)
            ? setup
            : setup with { Status = setup.Steps.Any(left => left.Kind != SetupStepKind.FORMER_WEBHOOKS && left.Status == SetupStepStatus.FAILED) ? SetupStatus.FAILED : SetupStatus.DONE };
    }

    /// <summary>What comes next.</summary>
    public static NextSetup Decide(AppSetup? setup, DateTimeOffset now)
    {
        if (setup is not { Status: SetupStatus.RUNNING }) return new NextSetup(NextSetupKind.END);
        if (setup.RetryAt > now) return new NextSetup(NextSetupKind.WAIT_UNTIL, setup.Run, Until: setup.RetryAt);
        var step = setup.Steps.First(IsOpen);
        return new NextSetup(step.Status == SetupStepStatus.UNDOING ? NextSetupKind.UNDO_STEP : NextSetupKind.RUN_STEP, setup.Run, step.Kind);
    }

    private static AppSetup TakeBack(AppSetup setup) => setup with
    {
        Steps =
        [
            .. setup.Steps.Select(step => step.Status switch
            {
                SetupStepStatus.PENDING when step.Kind != SetupStepKind.FORMER_WEBHOOKS => step with { Status = SetupStepStatus.SKIPPED, Message = "Not tried, because an earlier step failed." },
                SetupStepStatus.DONE when step.Kind == SetupStepKind.WEBHOOK => step with { Status = SetupStepStatus.UNDOING },
                _ => step,
            }),
        ],
    };

    private static bool IsOpen(SetupStep step) => step.Status is SetupStepStatus.PENDING or SetupStepStatus.UNDOING;

    private static SetupStepStatus Settled(SetupOutcome outcome) => outcome.Result switch
    {
        SetupResult.DONE => outcome.Undo ? SetupStepStatus.UNDONE : SetupStepStatus.DONE,
        SetupResult.SKIPPED => SetupStepStatus.SKIPPED,
        SetupResult.MANUAL => SetupStepStatus.MANUAL,
        SetupResult.FAILED or SetupResult.UNAVAILABLE => SetupStepStatus.FAILED,
    };

    private static IReadOnlyList<SetupStep> With(AppSetup setup, SetupStep changed) =>
        [.. setup.Steps.Select(step => step.Kind == changed.Kind ? changed : step)];
}
