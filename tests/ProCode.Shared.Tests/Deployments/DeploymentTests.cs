using ProCode.Deployments;

namespace ProCode.Shared.Tests.Deployments;

public sealed class DeploymentTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<OpsStatus, OpsStatus> EveryPairOfEnds()
    {
        var ends = Enum.GetValues<OpsStatus>().Where(status => status.IsSettled()).ToList();
        var pairs = new TheoryData<OpsStatus, OpsStatus>();
        foreach (var first in ends)
        {
            foreach (var second in ends) pairs.Add(first, second);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPairOfEnds))]
    public void After_TwoEnds_TheFirstWinsAndTheSecondIsKept(OpsStatus first, OpsStatus second)
    {
        var settled = New().After(Report(EvidenceSource.CALLBACK, first), "http://a").After(Report(EvidenceSource.POLL, second), "http://b");
        Assert.Equal((first, EvidenceSource.CALLBACK, "http://a"), (settled.Status, settled.SettledBy!.Source, settled.Url));
        Assert.Equal(second, Assert.Single(settled.LateEvidence).Status);
    }

    [Fact]
    public void After_TheSettlingReportAgain_ChangesNothing()
    {
        var report = Report(EvidenceSource.CALLBACK, OpsStatus.SUCCESS);
        var settled = New().After(report, null);
        Assert.Same(settled, settled.After(report, null));
    }

    [Fact]
    public void After_ManyLateReports_KeepsTheFirstFew()
    {
        var settled = New().After(Report(EvidenceSource.CALLBACK, OpsStatus.FAILED), null);
        for (var i = 0; i < 100; i++) settled = settled.After(new Evidence(EvidenceSource.POLL, OpsStatus.SUCCESS, "late", Now.AddSeconds(i)), null);
        Assert.Equal(Deployment.MaxLateEvidence, settled.LateEvidence.Count);
    }

    [Fact]
    public void After_ALateRunning_IsNoEvidence()
    {
        var settled = New().After(Report(EvidenceSource.CALLBACK, OpsStatus.SUCCESS), null);
        Assert.Same(settled, settled.After(Report(EvidenceSource.POLL, OpsStatus.RUNNING), null));
    }

    [Fact]
    public void After_RunningAgain_ChangesNothing()
    {
        var running = New().After(Report(EvidenceSource.CREATE, OpsStatus.RUNNING), "http://a");
        Assert.Same(running, running.After(Report(EvidenceSource.POLL, OpsStatus.RUNNING), null));
    }

    [Theory]
    [InlineData("deploy-3-9-1-2", true)]
    [InlineData("deploy-3-9-1", false)]
    [InlineData("deploy-03-9-1-2", false)]
    [InlineData("deploy-3-9-1-2\n", false)]
    [InlineData("deploy-9999999999999999999-9-1-2", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void DeployId_Parse_TakesItsOwnFormOnly(string? text, bool valid)
    {
        var id = DeployId.Parse(text);
        Assert.Equal(valid, id is not null);
        if (id is not null) Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("AGENT_UNHEALTHY: no answer", "AGENT_UNHEALTHY", "no answer")]
    [InlineData("something else", "DEPLOY_FAILED", "something else")]
    public void FromTarget_AMessage_NamesTheFailure(string message, string code, string text)
    {
        var error = DeploymentErrors.FromTarget(message);
        Assert.Equal((code, text), (error.Code.Name, error.Message));
    }

    [Fact]
    public void Released_TheLock_KeepsItsFence()
    {
        var taken = new AppEnvironment("production", 4, null, null).TakenBy(9, 1);
        Assert.True(taken.IsHeldBy(9, 1));
        Assert.False(taken.IsHeldBy(9, 2));
        Assert.Equal(new AppEnvironment("production", 5, null, null), taken.Without(9, 1));
    }

    private static Deployment New() =>
        new("deploy-3-9-1-1", 3, 9, "production", 1, "layout/a:v1", "sha256:0", new DeploymentConfig(new Dictionary<string, string>(), "1", "1Gi", 1, 8080, "/health"), "secret", OpsStatus.PENDING, "ordered", Now, Now);

    private static Evidence Report(EvidenceSource source, OpsStatus status) => new(source, status, "m", Now);
}
