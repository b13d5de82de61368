using ProCode.Repos;

namespace ProCode.Apps;

/// <summary>How setting an app up at its git host stands.</summary>
public enum SetupStatus
{
    RUNNING,
    DONE,
    FAILED,
}

/// <summary>What setting up consists of, in this order.</summary>
public enum SetupStepKind
{
    /// <summary>Makes the webhook at the host, or gives it its new secret.</summary>
    WEBHOOK,

    /// <summary>Makes the scaffold the first commit of an empty repository.</summary>
    SCAFFOLD,

    /// <summary>Removes our webhooks at the repositories that the app had before. Last, because their hosts may be gone for good.</summary>
    FORMER_WEBHOOKS,
}

/// <summary>How a step stands.</summary>
public enum SetupStepStatus
{
    PENDING,
    DONE,

    /// <summary>There was nothing to do, or no point in it any more.</summary>
    SKIPPED,

    /// <summary>We can't; a person can.</summary>
    MANUAL,
    FAILED,

    /// <summary>Done, and to be taken back because a later step failed.</summary>
    UNDOING,
    UNDONE,
}

/// <summary>A step and, for people, what came of it.</summary>
public sealed record SetupStep(SetupStepKind Kind, SetupStepStatus Status, string? Message = null);

/// <summary>
/// Setting an app up at its git host: once when it is made, and again whenever its repository or webhook changes (<paramref name="Run"/> counts).
/// While the host is away, <see cref="RetryAt"/> says when it is asked again and <see cref="WaitingSince"/> since when it has not answered.
/// </summary>
public sealed record AppSetup(int Run, SetupStatus Status, IReadOnlyList<SetupStep> Steps, DateTimeOffset UpdatedAt)
{
    /// <summary>Tries in a row that the host did not answer.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? WaitingSince { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The set-up of a repository as it is now, and of a scaffold if one is to be pushed. It may be done before it has begun.</summary>
    public static AppSetup Plan(int run, Repo repo, bool scaffold, DateTimeOffset now)
    {
        List<SetupStep> steps = [];
        steps.Add(repo.Webhook?.State == WebhookState.MANUAL
            ? new SetupStep(SetupStepKind.WEBHOOK, SetupStepStatus.MANUAL, ByHand(repo.Id))
            : new SetupStep(SetupStepKind.WEBHOOK, SetupStepStatus.PENDING));
        if (scaffold) steps.Add(new SetupStep(SetupStepKind.SCAFFOLD, SetupStepStatus.PENDING));
        if (repo.FormerWebhooks.Count > 0) steps.Add(new SetupStep(SetupStepKind.FORMER_WEBHOOKS, SetupStepStatus.PENDING));
        var done = steps.All(step => step.Status == SetupStepStatus.MANUAL);
        return new AppSetup(run, done ? SetupStatus.DONE : SetupStatus.RUNNING, steps, now);
    }

    /// <summary>What is left to do for an app that was archived.</summary>
    public static AppSetup PlanEnd(int run, Repo repo, DateTimeOffset now) => repo.FormerWebhooks.Count > 0
        ? new AppSetup(run, SetupStatus.RUNNING, [new SetupStep(SetupStepKind.FORMER_WEBHOOKS, SetupStepStatus.PENDING)], now)
        : new AppSetup(run, SetupStatus.DONE, [], now);

    /// <summary>What a person has to do where we can't make the webhook.</summary>
    public static string ByHand(long repoId) =>
        FormattableString.Invariant($"Enter the webhook at the git host by hand: POST /api/v1/repos/{repoId}/webhook/rotate shows its URL and secret.");
}
