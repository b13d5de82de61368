using System.Text.Json.Serialization;

namespace ProCode.Deployments;

/// <summary>Who reported something about a deployment.</summary>
public enum EvidenceSource
{
    CREATE,
    CALLBACK,
    POLL,
    TIMEOUT,

    /// <summary>Nobody: its run ended without it.</summary>
    RUN,

    /// <summary>A person, who canceled its pipeline.</summary>
    CANCEL,
}

/// <summary>One report about a deployment.</summary>
public sealed record Evidence(EvidenceSource Source, OpsStatus Status, string Message, DateTimeOffset At);

/// <summary>
/// A deployment: the referee between callback, poll, timeout and cancel. Written, with its secret and PENDING, before the target is
/// called. <paramref name="ProtectedSecret"/> is encrypted; <paramref name="Fence"/> orders an environment's deployments.
/// </summary>
public sealed record Deployment(
    string Id, long AppId, long PipelineId, string Environment, long Fence, string Image, string Digest, DeploymentConfig Config,
    string ProtectedSecret, OpsStatus Status, string Message, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The variables whose values are secrets, with the ids of their credentials. They are resolved when the target is asked and are
    /// written nowhere.</summary>
    public IReadOnlyDictionary<string, long> SecretEnv { get; init; } = new Dictionary<string, long>();

    /// <summary>The tag whose release made the image; null for one that was made in TESTING or STAGING.</summary>
    public string? Tag { get; init; }

    /// <summary>The target that the environment wants; null for whichever there is.</summary>
    public string? Target { get; init; }

    /// <summary>When the target took it; the timeout counts from here. Null until then.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Grows with every change of the status or its message.</summary>
    public int Version { get; init; }

    /// <summary>Where the agent answers.</summary>
    public string? Url { get; init; }

    /// <summary>What settled it.</summary>
    public Evidence? SettledBy { get; init; }

    /// <summary>Reports that came after it was settled: kept, not obeyed. The first few only.</summary>
    public IReadOnlyList<Evidence> LateEvidence { get; init; } = [];

    private const int MaxLateMessage = 500;

    /// <summary>How many late reports are kept.</summary>
    public const int MaxLateEvidence = 20;

    /// <summary>What the secret is encrypted for: only the deployment it belongs to can open it.</summary>
    public static string SecretPurpose(DeployId id) => $"deployment/{id}/callback";

    /// <summary>True when a report can't change it any more.</summary>
    [JsonIgnore]
    public bool IsSettled => Status.IsSettled();

    /// <summary>True when we have settled it, not the target: that must hear of it, or an agent that comes up later would replace the one that works.</summary>
    [JsonIgnore]
    public bool IsGivenUp => this is { IsSettled: true, SettledBy.Source: EvidenceSource.TIMEOUT or EvidenceSource.CANCEL or EvidenceSource.RUN }
        or { Status: OpsStatus.FAILED, SettledBy.Source: EvidenceSource.CREATE };

    /// <summary>The deployment after a report: changed if it wasn't settled, with one more piece of late evidence if it was.</summary>
    public Deployment After(Evidence evidence, string? url)
    {
        if (DeploymentTransitions.Table.Next(Status, evidence.Status.Event()) is not { } next)
        {
            return LateEvidence.Count >= MaxLateEvidence || !evidence.Status.IsSettled() || evidence == SettledBy
                ? this
                : this with { LateEvidence = [.. LateEvidence, evidence with { Message = Short(evidence.Message) }], UpdatedAt = evidence.At };
        }

        if (next == Status && evidence.Message == Message && (url ?? Url) == Url) return this;
        return this with
        {
            Status = next,
            Message = evidence.Message,
            Url = url ?? Url,
            UpdatedAt = evidence.At,
            Version = Version + 1,
            SettledBy = next.IsSettled() ? evidence : null,
        };
    }

    // All of them together must find room in a row of 1 MiB.
    private static string Short(string message) => message.Length > MaxLateMessage ? message[..MaxLateMessage] : message;
}
