namespace ProCode.Dev.Bench;

/// <summary>How often something was asked of the storage, and how long that took together.</summary>
internal sealed record StorageOperation(string Kind, string Name, long Count, double Milliseconds);

/// <summary>What a process had used when it was asked.</summary>
internal sealed record Counters(long Orders, IReadOnlyList<StorageOperation> Operations, double CpuSeconds, double ResidentMb, double ManagedMb)
{
    /// <summary>All requests to the storage.</summary>
    public long Requests => Operations.Sum(operation => operation.Count);

    /// <summary>What was asked between then and now.</summary>
    public StorageUse Since(Counters before) => new([.. Operations
        .Select(now => before.Operations.FirstOrDefault(then => (then.Kind, then.Name) == (now.Kind, now.Name)) is { } then
            ? now with { Count = now.Count - then.Count, Milliseconds = now.Milliseconds - then.Milliseconds }
            : now)
        .Where(operation => operation.Count > 0)]);
}

/// <summary>What was asked of the storage during some time.</summary>
internal sealed record StorageUse(IReadOnlyList<StorageOperation> Operations)
{
    /// <summary>Requests to one service, Tables or Blobs.</summary>
    public double Of(string kind) => Operations.Where(operation => operation.Kind == kind).Sum(operation => operation.Count);

    /// <summary>The same without what the idle process would have asked in that time.</summary>
    public double Of(string kind, StorageUse idle, double idleSeconds, double seconds) => Math.Max(0, Of(kind) - (idle.Of(kind) / idleSeconds * seconds));
}
