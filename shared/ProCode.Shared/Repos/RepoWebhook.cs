namespace ProCode.Repos;

/// <summary>How a repository's webhook stands.</summary>
public enum WebhookState
{
    /// <summary>To be made, or to be given a new secret, at the host; stays so when that failed, which the app's set-up tells.</summary>
    PENDING,

    /// <summary>Made at the host by us.</summary>
    ACTIVE,

    /// <summary>We can't make it: a person enters URL and secret at the host.</summary>
    MANUAL,

    /// <summary>Not there: it was undone because the app's set-up failed, or removed because the app was archived.</summary>
    ABSENT,
}

/// <summary>The webhook of a repository. Secrets are encrypted for <see cref="Repo.SecretPurpose"/>. <paramref name="HostId"/> is the host's id of it.</summary>
public sealed record RepoWebhook(WebhookState State, string ProtectedSecret, string? HostId = null)
{
    /// <summary>What our webhooks report.</summary>
    public static readonly IReadOnlyList<GitWebhookEvent> Events = [GitWebhookEvent.PUSH, GitWebhookEvent.TAG_PUSH];

    /// <summary>How long a replaced secret is still good once the host has the new one: deliveries may be under way.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>The secret before this one.</summary>
    public string? RetiredSecret { get; init; }

    /// <summary>Until when the retired secret is good; null while the host may still have it.</summary>
    public DateTimeOffset? RetiredUntil { get; init; }

    /// <summary>The secrets, encrypted, that a delivery may be signed with now; the current one first.</summary>
    public IReadOnlyList<string> ProtectedSecretsAt(DateTimeOffset now) =>
        RetiredSecret is not null && (RetiredUntil is null || now < RetiredUntil) ? [ProtectedSecret, RetiredSecret] : [ProtectedSecret];
}

/// <summary>A webhook at a repository that the app doesn't use any more. <paramref name="HostId"/> is null when it may have been in the making at the
/// moment of the change: its URL tells which one it is.</summary>
public sealed record FormerWebhook(string Url, GitType GitType, long? CredentialId, string? HostId);
