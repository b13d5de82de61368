using ProCode.Iterations;

namespace ProCode.Shared.Tests.Iterations;

public sealed class IterationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Iteration Draft = new(7, 3, 1, "spring", IterationStatus.DRAFT, "main", null, null, [], Now, Now);

    [Fact]
    public void Refusal_ADraft_MayBeReleased() => Assert.Null(Draft.Refusal(IterationEvent.EnterRelease, maySkip: false));

    [Fact]
    public void Refusal_WhileThePhaseRuns_Says2001()
    {
        var releasing = Draft.Enter(IterationEvent.EnterRelease, Phase(PhaseType.RELEASE, PhaseStatus.RUNNING), 20, Now);
        Assert.Equal(IterationErrors.CannotAdvance, releasing.Refusal(IterationEvent.EnterRelease, maySkip: false)!.Code);
    }

    [Fact]
    public void Refusal_AfterAFailedRelease_MayBeReleasedAgain()
    {
        var failed = Draft.Enter(IterationEvent.EnterRelease, Phase(PhaseType.RELEASE, PhaseStatus.RUNNING), 20, Now).WithPhase(11, PhaseStatus.FAILED, Now);
        Assert.Equal(IterationStatus.RELEASING, failed.Status);
        Assert.Null(failed.Refusal(IterationEvent.EnterRelease, maySkip: false));
    }

    [Fact]
    public void Refusal_OfAReleaseAfterAFailedTestingPhase_Says2003()
    {
        var failed = Draft.Enter(IterationEvent.EnterTesting, Phase(PhaseType.TESTING, PhaseStatus.RUNNING), 20, Now).WithPhase(11, PhaseStatus.FAILED, Now);
        Assert.Equal(IterationErrors.PreconditionFailed, failed.Refusal(IterationEvent.EnterRelease, maySkip: false)!.Code);
    }

    [Fact]
    public void WithPhase_TheReleaseSucceeds_IsReleased()
    {
        var released = Draft.Enter(IterationEvent.EnterRelease, Phase(PhaseType.RELEASE, PhaseStatus.RUNNING), 20, Now).WithPhase(11, PhaseStatus.SUCCESS, Now);
        Assert.Equal(IterationStatus.RELEASED, released.Status);
        Assert.Equal(PhaseStatus.SUCCESS, released.LatestPhase!.Status);
        Assert.Equal(IterationErrors.CannotAdvance, released.Refusal(IterationEvent.EnterRelease, maySkip: false)!.Code);
    }

    [Fact]
    public void WithPhase_AnEarlierPhaseSettlesLate_DoesNotMoveTheIteration()
    {
        var again = Draft
            .Enter(IterationEvent.EnterRelease, Phase(PhaseType.RELEASE, PhaseStatus.FAILED), 20, Now)
            .Enter(IterationEvent.EnterRelease, Phase(PhaseType.RELEASE, PhaseStatus.RUNNING) with { Id = 12 }, 20, Now);
        Assert.Equal(IterationStatus.RELEASING, again.WithPhase(11, PhaseStatus.SUCCESS, Now).Status);
    }

    [Theory]
    [InlineData("v1.0.0", true)]
    [InlineData("v10.20.30", true)]
    [InlineData("1.0.0", false)]
    [InlineData("v1.0", false)]
    [InlineData("v01.0.0", false)]
    [InlineData("v1.0.0\n", false)]
    [InlineData("v1.0.0-rc1", false)]
    [InlineData("v1.0.٣", false)]
    [InlineData(null, false)]
    public void ReleaseTag_Parse_TakesVersionsOnly(string? tag, bool valid) => Assert.Equal(valid, ReleaseTag.Parse(tag, ProCode.Apps.TagPattern.Default).Succeeded);

    [Theory]
    [InlineData("main", true)]
    [InlineData("feat/agent-1", true)]
    [InlineData("feat..x", false)]
    [InlineData("-x", false)]
    [InlineData("a b", false)]
    [InlineData("x.lock", false)]
    [InlineData("a:b", false)]
    [InlineData("a/", false)]
    [InlineData("HEAD", false)]
    public void BranchName_IsValid_FollowsGit(string name, bool valid) => Assert.Equal(valid, BranchName.IsValid(name));

    private static IterationPhase Phase(PhaseType type, PhaseStatus status) => new(11, type, "main", "v1.0.0", false, "production", status, 21, Now);
}
