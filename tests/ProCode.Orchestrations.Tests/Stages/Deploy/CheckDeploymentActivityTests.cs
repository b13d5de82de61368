using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

public sealed class CheckDeploymentActivityTests
{
    private static readonly DeployId Id = new(1, 2, 1, 1);
    private static readonly DeploymentWait Wait = new(Id, PollInterval: 30, PollTimeout: 60);

    private readonly Account _account = new();
    private readonly ScriptedTarget _target = new();

    [Fact]
    public async Task Run_TimeIsUp_SettlesAndCancels()
    {
        await OrderAsync();
        _account.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(OpsStatus.TIMEOUT, (await CheckAsync()).Status);
        Assert.Equal([Id.ToString()], _target.Canceled);
    }

    [Fact]
    public async Task Run_DiedBetweenTimeoutAndCancel_CancelsAtTheNextLook()
    {
        await OrderAsync();
        await ReportAsync(EvidenceSource.TIMEOUT, OpsStatus.TIMEOUT);

        Assert.Equal(OpsStatus.TIMEOUT, (await CheckAsync()).Status);
        Assert.Equal([Id.ToString()], _target.Canceled);
    }

    [Fact]
    public async Task Run_GivenUpBeforeTheTargetAnswered_Cancels()
    {
        await OrderAsync();
        await ReportAsync(EvidenceSource.CREATE, OpsStatus.FAILED);
        await CheckAsync();
        Assert.Equal([Id.ToString()], _target.Canceled);
    }

    [Theory]
    [InlineData(EvidenceSource.CREATE, OpsStatus.SUCCESS)]
    [InlineData(EvidenceSource.CALLBACK, OpsStatus.SUCCESS)]
    [InlineData(EvidenceSource.CALLBACK, OpsStatus.TIMEOUT)]
    [InlineData(EvidenceSource.POLL, OpsStatus.FAILED)]
    public async Task Run_SettledByTheTarget_CancelsNothing(EvidenceSource source, OpsStatus status)
    {
        await OrderAsync();
        await ReportAsync(source, status);
        _account.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(status, (await CheckAsync()).Status);
        Assert.Empty(_target.Canceled);
    }

    [Fact]
    public async Task Run_SettledByCallback_AsksWhereTheAgentIs()
    {
        await OrderAsync();
        await ReportAsync(EvidenceSource.CALLBACK, OpsStatus.SUCCESS);
        _target.State = new DeploymentState(OpsStatus.SUCCESS, "up", "http://agent.example");
        Assert.Equal("http://agent.example", (await CheckAsync()).Url);
    }

    [Fact]
    public async Task Run_FailedWithALog_GivesTheHistoryItsFirstLineOnly()
    {
        await OrderAsync();
        _account.Time.Advance(TimeSpan.FromSeconds(60));
        _target.State = new DeploymentState(OpsStatus.FAILED, "AGENT_CRASHED: It ended. It said at last:\nthe log", null);
        Assert.Equal("AGENT_CRASHED: It ended. It said at last:", (await CheckAsync()).Message);
    }

    [Fact]
    public async Task Run_NotSettled_AsksNobodyBeforeItsTimeIsUp()
    {
        await OrderAsync();
        Assert.Equal(Account.Start.AddSeconds(60), (await CheckAsync()).LookAgainAt);
        _account.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Account.Start.AddSeconds(60), (await CheckAsync()).LookAgainAt);
        Assert.Equal(0, _target.Asked);
    }

    [Fact]
    public async Task Run_TimeIsUpAndTheTargetSaysSuccess_IsSettledByTheLastPoll()
    {
        await OrderAsync();
        _account.Time.Advance(TimeSpan.FromSeconds(60));
        _target.State = new DeploymentState(OpsStatus.SUCCESS, "up", "http://agent.example");

        Assert.Equal(OpsStatus.SUCCESS, (await CheckAsync()).Status);
        Assert.Empty(_target.Canceled);
    }

    private Task<DeploymentProgress> CheckAsync() =>
        new CheckDeploymentActivity(_account.Deployments, _target, _account.CallsTo(_target), _account.DeploymentLogs, _account.Time).Run(Wait, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Run_HowItSettled_IsLoggedWithItsSecretsMasked()
    {
        await OrderAsync("callback-secret");
        await SettleAsync("AGENT_CRASHED: It ended. It said at last:\nthe log with callback-secret");
        await CheckAsync();

        Assert.Equal(
            ["The deployment settled as FAILED, by a poll:", "AGENT_CRASHED: It ended. It said at last:", "the log with ***", "DEPLOY failed: AGENT_CRASHED (4302)."], Log());
    }

    [Fact]
    public async Task Run_SecretsThatCantBeHad_LeaveOutWhatTheTargetSays()
    {
        await OrderAsync();
        await SettleAsync("AGENT_CRASHED: the log");
        await CheckAsync();

        Assert.DoesNotContain(Log(), line => line.Contains("the log", StringComparison.Ordinal));
        Assert.Contains("DEPLOY failed: AGENT_CRASHED (4302).", Log());
    }

    private async Task SettleAsync(string message) => await _account.Deployments.ReportAsync(
        Id, new Evidence(EvidenceSource.POLL, OpsStatus.FAILED, message, Account.Start), url: null, TestContext.Current.CancellationToken);

    private IEnumerable<string> Log() =>
        _account.Blobs.TextOf("pipelines/pipelines/2/run-1/DEPLOY-1.log")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[25..]);

    private async Task OrderAsync(string? secret = null)
    {
        var config = new DeploymentConfig(new Dictionary<string, string>(), "1", "1Gi", 1, 8080, "/health");
        var sealedSecret = secret is null ? "sealed" : await new SecretProtector(new TestKeys()).ProtectAsync(secret, Deployment.SecretPurpose(Id), default);
        var deployment = new Deployment(
            Id.ToString(), Id.AppId, Id.PipelineId, AppEnvironment.Production, 1, "layout/a:v1", "sha256:0", config, sealedSecret, OpsStatus.PENDING, "ordered",
            Account.Start, Account.Start)
        { AcceptedAt = Account.Start };
        Assert.NotNull(await _account.Rows.CommitAsync(Id.AppId, [.. DeploymentStore.Insert(deployment)], TestContext.Current.CancellationToken));
    }

    private Task ReportAsync(EvidenceSource source, OpsStatus status) =>
        _account.Deployments.ReportAsync(Id, new Evidence(source, status, "said so", Account.Start), url: null, TestContext.Current.CancellationToken);

    private sealed class ScriptedTarget : IDeploymentTarget
    {
        public DeploymentState State { get; set; } = new(OpsStatus.RUNNING, "starting", null);

        public List<string> Canceled { get; } = [];

        public string Name => "scripted";

        public Task<Result<DeploymentState>> CreateAsync(DeploymentRequest request, CancellationToken cancellation) => Task.FromResult<Result<DeploymentState>>(State);

        public int Asked { get; private set; }

        public Task<Result<DeploymentState>> GetStatusAsync(string deployId, CancellationToken cancellation)
        {
            Asked++;
            return Task.FromResult<Result<DeploymentState>>(State);
        }

        public Task<Result<DeploymentState>> CancelAsync(string deployId, CancellationToken cancellation)
        {
            Canceled.Add(deployId);
            return Task.FromResult<Result<DeploymentState>>(State);
        }
    }
}
