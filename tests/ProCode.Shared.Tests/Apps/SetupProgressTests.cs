using ProCode.Apps;
using ProCode.Repos;

namespace ProCode.Tests.Apps;

public sealed class SetupProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Plan_PlainGitWithoutScaffold_IsDoneBeforeItHasBegun()
    {
        var setup = AppSetup.Plan(1, RepoWith(WebhookState.MANUAL), scaffold: false, Now);

        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Equal(SetupStepStatus.MANUAL, Assert.Single(setup.Steps).Status);
        Assert.Equal(NextSetupKind.END, SetupProgress.Decide(setup, Now).Kind);
    }

    [Fact]
    public void Plan_EverythingToDo_IsInOrder()
    {
        var repo = RepoWith(WebhookState.PENDING) with { FormerWebhooks = [new FormerWebhook("https://git.test/old", GitType.GitLab, null, "7")] };

        var setup = AppSetup.Plan(3, repo, scaffold: true, Now);

        Assert.Equal([SetupStepKind.WEBHOOK, SetupStepKind.SCAFFOLD, SetupStepKind.FORMER_WEBHOOKS], setup.Steps.Select(step => step.Kind));
        Assert.Equal(new NextSetup(NextSetupKind.RUN_STEP, 3, SetupStepKind.WEBHOOK), SetupProgress.Decide(setup, Now));
    }

    [Fact]
    public void Apply_EveryStepSucceeds_IsDone()
    {
        var setup = After(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE), Outcome(SetupStepKind.SCAFFOLD, SetupResult.SKIPPED, "not empty"));

        Assert.Equal(SetupStatus.DONE, setup.Status);
        Assert.Equal((SetupStepStatus.SKIPPED, "not empty"), (setup.Steps[1].Status, setup.Steps[1].Message));
    }

    [Fact]
    public void Apply_ALaterStepFails_TakesBackTheWebhook()
    {
        var setup = After(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE), Outcome(SetupStepKind.SCAFFOLD, SetupResult.FAILED));

        Assert.Equal(SetupStatus.RUNNING, setup.Status);
        Assert.Equal(new NextSetup(NextSetupKind.UNDO_STEP, 1, SetupStepKind.WEBHOOK), SetupProgress.Decide(setup, Now));

        setup = After(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE) with { Undo = true });
        Assert.Equal(SetupStatus.FAILED, setup.Status);
        Assert.Equal([SetupStepStatus.UNDONE, SetupStepStatus.FAILED], setup.Steps.Select(step => step.Status));
    }

    [Fact]
    public void Apply_TheWebhookFails_DoesNotTryTheScaffold()
    {
        var setup = After(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.FAILED));

        Assert.Equal(SetupStatus.FAILED, setup.Status);
        Assert.Equal([SetupStepStatus.FAILED, SetupStepStatus.SKIPPED], setup.Steps.Select(step => step.Status));
    }

    [Fact]
    public void Apply_TheWebhookFails_RemovesFormerWebhooksAllTheSame()
    {
        var repo = RepoWith(WebhookState.PENDING) with { FormerWebhooks = [new FormerWebhook("https://git.test/old", GitType.GitLab, null, "7")] };
        var setup = After(AppSetup.Plan(1, repo, scaffold: true, Now), Outcome(SetupStepKind.WEBHOOK, SetupResult.FAILED));

        Assert.Equal(new NextSetup(NextSetupKind.RUN_STEP, 1, SetupStepKind.FORMER_WEBHOOKS), SetupProgress.Decide(setup, Now));
        Assert.Equal(SetupStatus.FAILED, After(setup, Outcome(SetupStepKind.FORMER_WEBHOOKS, SetupResult.DONE)).Status);
    }

    [Fact]
    public void Apply_AManualWebhook_IsNotTakenBackAndGoesOn()
    {
        var setup = After(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.MANUAL), Outcome(SetupStepKind.SCAFFOLD, SetupResult.FAILED));

        Assert.Equal(SetupStatus.FAILED, setup.Status);
        Assert.Equal(SetupStepStatus.MANUAL, setup.Steps[0].Status);
    }

    [Fact]
    public void Apply_TheFormerWebhookCannotBeRemoved_GoesOnAndSucceeds()
    {
        var repo = RepoWith(WebhookState.PENDING) with { FormerWebhooks = [new FormerWebhook("https://git.test/old", GitType.GitLab, null, "7")] };
        var setup = AppSetup.Plan(1, repo, scaffold: false, Now);

        setup = After(setup, Outcome(SetupStepKind.FORMER_WEBHOOKS, SetupResult.FAILED, "by hand"), Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE));

        Assert.Equal(SetupStatus.DONE, setup.Status);
    }

    [Fact]
    public void Apply_TheHostIsAway_WaitsLongerEachTimeAndForgetsItWhenItIsBack()
    {
        var setup = Planned();
        var pauses = new List<TimeSpan>();
        var now = Now;
        for (var attempt = 0; attempt < 12; attempt++)
        {
            setup = SetupProgress.Apply(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.UNAVAILABLE, "away"), now);
            pauses.Add(setup.RetryAt!.Value - now);
            Assert.Equal(NextSetupKind.WAIT_UNTIL, SetupProgress.Decide(setup, now).Kind);
            now = setup.RetryAt.Value;
            Assert.Equal(NextSetupKind.RUN_STEP, SetupProgress.Decide(setup, now).Kind);
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)), (pauses[0], pauses[^1]));
        Assert.Equal((Now, "away"), (setup.WaitingSince, setup.Steps[0].Message));

        setup = SetupProgress.Apply(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE), now);
        Assert.Equal((0, null, null, null), (setup.Attempts, setup.WaitingSince, setup.RetryAt, setup.Steps[0].Message));
    }

    [Fact]
    public void Apply_TheHostStaysAway_FailsAfterADay()
    {
        var setup = SetupProgress.Apply(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.UNAVAILABLE), Now);
        setup = SetupProgress.Apply(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.UNAVAILABLE, "still away"), Now + SetupProgress.Patience);

        Assert.Equal(SetupStatus.FAILED, setup.Status);
        Assert.Equal((SetupStepStatus.FAILED, "still away"), (setup.Steps[0].Status, setup.Steps[0].Message));
    }

    [Fact]
    public void Apply_OvertakenOrRepeatedOutcomes_ChangeNothing()
    {
        var setup = After(Planned(), Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE));

        Assert.Same(setup, SetupProgress.Apply(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.FAILED), Now));
        Assert.Same(setup, SetupProgress.Apply(setup, Outcome(SetupStepKind.SCAFFOLD, SetupResult.DONE) with { Run = 2 }, Now));
        Assert.Same(setup, SetupProgress.Apply(setup, Outcome(SetupStepKind.WEBHOOK, SetupResult.DONE) with { Undo = true }, Now));
    }

    private static AppSetup Planned() => AppSetup.Plan(1, RepoWith(WebhookState.PENDING), scaffold: true, Now);

    private static Repo RepoWith(WebhookState state) =>
        new(5, 4, "https://git.test/agent", GitType.GitHub, null, Now) { Webhook = new RepoWebhook(state, "encrypted") };

    private static SetupOutcome Outcome(SetupStepKind step, SetupResult result, string? message = null) => new(1, step, Undo: false, result, message);

    private static AppSetup After(AppSetup setup, params SetupOutcome[] outcomes) =>
        outcomes.Aggregate(setup, (before, outcome) => SetupProgress.Apply(before, outcome, Now));
}
