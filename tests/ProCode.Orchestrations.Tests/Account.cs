using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
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
        Rows = new AppPartition(Tables, Doorbells);
        var owners = new Owners(Tables);
        Apps = new AppStore(Tables, Rows, owners, Time);
        Pipelines = new PipelineStore(Tables, Rows, owners);
        Iterations = new IterationStore(Rows, owners);
        Deployments = new DeploymentStore(Rows, Tables);
        Outbox = new Outbox(Rows, Apps, Pipelines);
        Boundary = new RunBoundary(Rows, Pipelines, Iterations, Deployments);
        Calls = new RunCalls(Pipelines, Outbox, new IterationStarter(NullLogger<IterationStarter>.Instance), new ScriptedTarget(), NullLogger<RunCalls>.Instance);
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

    /// <summary>A clock that stands still until it is moved.</summary>
    internal sealed class MovableTime(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
