using System.Collections.Concurrent;
using ProCode.Deployments;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>An ops system that says of each deployment what the test makes it say.</summary>
internal sealed class ScriptedTarget : IDeploymentTarget
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    public string Name => "scripted";

    /// <summary>What is answered to every order, instead of taking it; null: it is taken.</summary>
    public Func<Error>? RefusesOrders { get; set; }

    /// <summary>Polls and cancels are not answered.</summary>
    public bool IsAway { get; set; }

    /// <summary>How often an order was turned away.</summary>
    public int Refused { get; private set; }

    /// <summary>Runs inside the next order, before it is answered.</summary>
    public Func<DeploymentRequest, Task>? WhileOrdering { get; set; }

    /// <summary>How a deployment begins.</summary>
    public Result<DeploymentState> First { get; set; } = new DeploymentState(OpsStatus.RUNNING, "starting", null);

    /// <summary>How a deployment stands when it is polled: by default it is up.</summary>
    public Result<DeploymentState> Then { get; set; } = Up;

    public static DeploymentState Up { get; } = new(OpsStatus.SUCCESS, "healthy", "http://agent.test");

    /// <summary>The orders that were taken, each time.</summary>
    public ConcurrentQueue<DeploymentRequest> Orders { get; } = new();

    /// <summary>From now on polls of this deployment are answered so.</summary>
    public void Say(DeployId id, Result<DeploymentState> state) => Of(id).Says = state;

    /// <summary>How often this deployment was polled.</summary>
    public int PollsOf(DeployId id) => Of(id).Polls;

    /// <summary>How often this deployment was canceled.</summary>
    public int CancelsOf(DeployId id) => Of(id).Cancels;

    public async Task<Result<DeploymentState>> CreateAsync(DeploymentRequest request, CancellationToken cancellation)
    {
        if (RefusesOrders is { } refuse)
        {
            Refused++;
            return refuse();
        }

        Orders.Enqueue(request);
        if (WhileOrdering is { } meanwhile) await meanwhile(request).WaitAsync(cancellation);
        return First;
    }

    /// <summary>How often it was asked for many deployments at once.</summary>
    public int Questions { get; private set; }

    public async Task<IReadOnlyDictionary<string, Result<DeploymentState>>> GetStatusesAsync(IReadOnlyList<string> deployIds, CancellationToken cancellation)
    {
        Questions++;
        var answers = new Dictionary<string, Result<DeploymentState>>(StringComparer.Ordinal);
        foreach (var id in deployIds) answers[id] = await GetStatusAsync(id, cancellation);
        return answers;
    }

    public Task<Result<DeploymentState>> GetStatusAsync(string deployId, CancellationToken cancellation)
    {
        if (IsAway) return Task.FromResult<Result<DeploymentState>>(DeploymentErrors.TargetUnavailable.With("The ops system does not answer."));
        var account = _accounts.GetOrAdd(deployId, _ => new Account());
        Interlocked.Increment(ref account.Polls);
        return Task.FromResult(account.Says ?? Then);
    }

    public Task<Result<DeploymentState>> CancelAsync(string deployId, CancellationToken cancellation)
    {
        if (IsAway) return Task.FromResult<Result<DeploymentState>>(DeploymentErrors.TargetUnavailable.With("The ops system does not answer."));
        Interlocked.Increment(ref _accounts.GetOrAdd(deployId, _ => new Account()).Cancels);
        return Task.FromResult<Result<DeploymentState>>(new DeploymentState(OpsStatus.CANCELED, "canceled", null));
    }

    private Account Of(DeployId id) => _accounts.GetOrAdd(id.ToString(), _ => new Account());

    private sealed class Account
    {
        public int Polls;
        public int Cancels;

        public Result<DeploymentState>? Says { get; set; }
    }
}
