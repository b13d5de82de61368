using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using ProCode.Json;
using ProCode.Repos;

namespace ProCode.Deliveries;

/// <summary>What became of a branch or tag, by what its host says.</summary>
public enum RefChange
{
    UPDATED,

    /// <summary>What was there before is not part of it any more.</summary>
    FORCED,
    DELETED,
}

/// <summary>What a delivery led to.</summary>
public sealed record LedTo(string Text)
{
    public RefChange? Change { get; init; }

    /// <summary>The open iterations of the branch, or the iteration that is released.</summary>
    public IReadOnlyList<long> IterationIds { get; init; } = [];

    /// <summary>The pipeline of the release that a tag started.</summary>
    public long? PipelineId { get; init; }
}

/// <summary>A webhook's delivery, without its payload. <paramref name="Id"/> is 32 hexadecimal digits that follow from what makes the delivery
/// the same when it is sent again; <paramref name="Ref"/>, commits and force are as the host's payload has them.</summary>
public sealed record Delivery(
    string Id, long AppId, long RepoId, HookEventKind Event, string? Ref, string? Before, string? After, bool? Forced, DeliveryStatus Status,
    DateTimeOffset ReceivedAt)
{
    private const int IdLength = 32;

    /// <summary>How often it was begun; grows when a failed one is sent again.</summary>
    public int Attempt { get; init; } = 1;

    public LedTo? LedTo { get; init; }

    /// <summary>The repository's address when it came in: it says nothing about another that the app may have by now.</summary>
    public string? RepoUrl { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>The ids of what it makes, by aggregate, so that doing it again makes the same.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Ids { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

    /// <summary>True once it is over.</summary>
    [JsonIgnore]
    public bool IsSettled => Status != DeliveryStatus.RECEIVED;

    /// <summary>The branch's or tag's name as people write it; empty without one.</summary>
    [JsonIgnore]
    public string RefName => Ref is null ? "" : HookPayload.ShortName(Ref);

    /// <summary>A delivery that just came in. What is known to mean nothing is settled at once.</summary>
    public static Delivery Of(Repo repo, string identity, HookEvent received, DateTimeOffset now)
    {
        var sameness = Encoding.UTF8.GetBytes($"{repo.Id}\n{EnumNames.NameOf(repo.GitType)}\n{identity}");
        var id = Convert.ToHexStringLower(SHA256.HashData(sameness))[..IdLength];
        var delivery = new Delivery(
            id, repo.AppId, repo.Id, received.Kind, received.Ref, received.Before, received.After, received.Forced, DeliveryStatus.RECEIVED, now)
        {
            RepoUrl = repo.Url,
        };
        return received.IgnoredBecause is { } reason ? delivery.Settled(DeliveryEvent.Ignore, new LedTo(reason), now) : delivery;
    }

    /// <summary>The id kept for what it makes first of an aggregate, or null.</summary>
    public long? FirstId(string aggregate) => Ids.TryGetValue(aggregate, out var ids) ? ids[0] : null;

    /// <summary>The delivery when it is over.</summary>
    public Delivery Settled(DeliveryEvent how, LedTo ledTo, DateTimeOffset now) =>
        this with { Status = DeliveryTransitions.Table.Move(Status, how), LedTo = ledTo, SettledAt = now };

    /// <summary>The failed delivery, to be tried once more.</summary>
    public Delivery Again() =>
        this with { Status = DeliveryTransitions.Table.Move(Status, DeliveryEvent.SendAgain), Attempt = Attempt + 1, SettledAt = null };
}
