using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Storage;
using ProCode.Subscriptions;
using ProCode.Testing.Storage;

namespace ProCode.Orchestrations.Tests;

/// <summary>A storage account in memory with the stores on it, as one process would have them.</summary>
internal sealed class Account
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public Account()
    {
        var options = new TableClientOptions { Transport = new InMemoryTablesTransport(Time) };
        Tables = new Tables(new TableServiceClient(InMemoryTablesTransport.ConnectionString, options));
        Doorbells = new Doorbells(Tables, Time);
        Rows = new AppPartition(Tables, Doorbells, Time);
        var owners = new Owners(Tables);
        Apps = new AppStore(Tables, Rows, owners, Time);
        Pipelines = new PipelineStore(Tables, Rows, owners);
        Iterations = new IterationStore(Rows, Tables, owners);
        Deployments = new DeploymentStore(Rows, Tables);
        Outbox = new Outbox(Rows, Apps, Pipelines);
        Boundary = new RunBoundary(Rows, Pipelines, Iterations, Deployments);
        Calls = CallsTo(new ScriptedTarget());
        var subscribed = new SubscribedApps(Rows, Time);
        Events = new EventPublisher(
            new PublishEvents(Rows, new EventDeliveryStore(Rows, Tables, Time), new SubscriptionStore(Rows, Apps, subscribed), subscribed, Time), subscribed,
            new EventDeliveryStarter(NullLogger<EventDeliveryStarter>.Instance), NullLogger<EventPublisher>.Instance);
        var protector = new SecretProtector(new TestKeys());
        DeploymentLogs = new DeploymentLogs(
            new StageLogs(new Blobs(Blobs.Client()), Time, NullLogger<StageLogs>.Instance), new DeploymentSecrets(Apps, new CredentialStore(Tables, protector)),
            protector, NullLogger<DeploymentLogs>.Instance);
    }

    public MovableTime Time { get; } = new(Start);

    public Tables Tables { get; }

    public Doorbells Doorbells { get; }

    public AppPartition Rows { get; }

    public AppStore Apps { get; }

    public PipelineStore Pipelines { get; }

    public IterationStore Iterations { get; }

    public DeploymentStore Deployments { get; }

    public Outbox Outbox { get; }

    public RunBoundary Boundary { get; }

    public RunCalls Calls { get; }

    public RunCalls CallsTo(IDeploymentTarget target) => new(
        Pipelines, Outbox, new EnvironmentQueue(Rows, Pipelines), new IterationStarter(NullLogger<IterationStarter>.Instance), target, NullLogger<RunCalls>.Instance);

    public EventPublisher Events { get; }

    public BlobsInMemory Blobs { get; } = new();

    public DeploymentLogs DeploymentLogs { get; }

    /// <summary>A clock that stands still until it is moved.</summary>
    internal sealed class MovableTime(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
