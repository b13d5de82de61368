using System.Collections.Concurrent;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>
/// Remembers for a moment which apps have subscriptions, so that whoever writes events of the others need not look. Being wrong costs nothing but time: what
/// isn't published at once, the sweep publishes.
/// </summary>
public sealed class SubscribedApps(AppPartition rows, TimeProvider time)
{
    // Entries are a few dozen bytes; the bound only keeps a long-lived process from growing for ever.
    private const int Remembered = 100_000;

    // An app that has had none for long gets its first one seldom, and its first events may take as long as the sweep does.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LifetimeOfNone = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, (bool Any, DateTimeOffset Until)> _known = new();

    /// <summary>Whether the app has subscriptions, as it was a moment ago.</summary>
    public async ValueTask<bool> HasAnyAsync(long appId, CancellationToken cancellation)
    {
        if (_known.TryGetValue(appId, out var known) && time.GetUtcNow() < known.Until) return known.Any;
        return Remember(appId, (await rows.ReadPrefixAsync(appId, AppRows.SubscriptionPrefix, cancellation)).Count > 0);
    }

    /// <summary>What somebody has just seen.</summary>
    public bool Remember(long appId, bool any)
    {
        if (_known.Count > Remembered) _known.Clear();
        _known[appId] = (any, time.GetUtcNow() + (any ? Lifetime : LifetimeOfNone));
        return any;
    }
}
