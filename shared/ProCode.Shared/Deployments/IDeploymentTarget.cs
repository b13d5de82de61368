using System.Collections.Concurrent;
using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>
/// An ops system that runs images. Implementations are safe for concurrent use. <see cref="CreateAsync"/> is idempotent by deploy id:
/// a second call answers as the first. Progress is reported twice over: by a signed callback and by <see cref="GetStatusesAsync"/>;
/// either alone is enough. A target that does not answer is <see cref="DeploymentErrors.TargetUnavailable"/>. What a deployment itself dies
/// of is no error of these calls but its FAILED state, whose message starts with the name of a <see cref="DeploymentErrors"/> and a colon.
/// </summary>
public interface IDeploymentTarget
{
    /// <summary>The name that settings and environments choose it by.</summary>
    string Name { get; }

    /// <summary>Starts a deployment, replacing the app's earlier one in the same environment once the new one is healthy.</summary>
    Task<Result<DeploymentState>> CreateAsync(DeploymentRequest request, CancellationToken cancellation);

    /// <summary>How a deployment stands. An id the target has never seen is <see cref="DeploymentErrors.DeploymentNotFound"/>.</summary>
    Task<Result<DeploymentState>> GetStatusAsync(string deployId, CancellationToken cancellation);

    /// <summary>How many deployments stand, asked at once. One that got no answer is missing, or <see cref="DeploymentErrors.TargetUnavailable"/>;
    /// once that is known of one, the rest need not be asked.</summary>
    async Task<IReadOnlyDictionary<string, Result<DeploymentState>>> GetStatusesAsync(IReadOnlyList<string> deployIds, CancellationToken cancellation)
    {
        const int atOnce = 8;
        var answers = new ConcurrentDictionary<string, Result<DeploymentState>>(StringComparer.Ordinal);
        var away = false;
        await Parallel.ForEachAsync(deployIds, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (id, stop) =>
        {
            if (Volatile.Read(ref away)) return;
            var answer = await GetStatusAsync(id, stop);
            answers[id] = answer;
            if (answer is { Succeeded: false, Error.Kind: ErrorKind.Unavailable }) Volatile.Write(ref away, true);
        });
        return answers;
    }

    /// <summary>Stops a deployment that has not settled; a settled one is left alone and its state returned.</summary>
    Task<Result<DeploymentState>> CancelAsync(string deployId, CancellationToken cancellation);
}

/// <summary>What to run. <paramref name="Fence"/> grows with every deployment of an app's environment: a request
/// whose fence is lower than one that the target has seen fails as <see cref="DeploymentErrors.Superseded"/>. <paramref name="Image"/> is a reference, <paramref name="Digest"/> the manifest's digest.</summary>
public sealed record DeploymentRequest(
    string DeployId, long AppId, string Environment, long Fence, string Image, string Digest, DeploymentConfig Config, Uri CallbackUrl, string CallbackSecret)
{
    // A record would print its secret.
    public override string ToString() => $"{nameof(DeploymentRequest)} {DeployId}";
}

/// <summary>How to run it. <paramref name="Port"/> is what the agent listens on inside its image (it reads it from the variable PORT).</summary>
public sealed record DeploymentConfig(
    IReadOnlyDictionary<string, string> Env, string Cpu, string Memory, int Replicas, int Port, string HealthPath)
{
    // A record would print its variables, and those of a request may hold secrets.
    public override string ToString() => nameof(DeploymentConfig);
}

/// <summary>How a deployment stands, in the words of seed 001's ops module.</summary>
public enum OpsStatus
{
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
    TIMEOUT,
    CANCELED,
}

/// <summary>A deployment as its target sees it. <paramref name="Url"/> is where the agent answers, once it does.</summary>
public sealed record DeploymentState(OpsStatus Status, string Message, string? Url);
