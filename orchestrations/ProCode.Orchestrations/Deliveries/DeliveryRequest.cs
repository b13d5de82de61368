namespace ProCode.Orchestrations.Deliveries;

/// <summary>An attempt at a delivery of a repository's webhook.</summary>
public sealed record DeliveryRequest(long AppId, long RepoId, string DeliveryId, int Attempt);

/// <summary>A try of an attempt; when it is the <paramref name="IsLast"/>, a git host that doesn't answer fails the delivery.</summary>
public sealed record DeliveryTry(DeliveryRequest Delivery, bool IsLast);
