using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ProCode.Contract.Tests.Registry;

/// <summary>What Azure keeps beside the registry: when manifests and tags came and changed, and what may be done with them. Safe for use by many threads.</summary>
internal sealed class AzureRecords
{
    private readonly ConcurrentDictionary<(string Repository, string Reference), AzureRecord> records = new();
    private readonly Lock turn = new();
    private DateTimeOffset last;

    /// <summary>A manifest was set, by a tag or by its digest.</summary>
    public void Set(string repository, string digest, string tagOrDigest)
    {
        var now = Now();
        foreach (var reference in new[] { "", digest, tagOrDigest })
            records.AddOrUpdate((repository, reference), _ => new AzureRecord(now, now, []), (_, record) => record with { Updated = now });
    }

    public IReadOnlyList<string> DigestsOf(string repository) =>
        [.. records.Keys.Where(key => key.Repository == repository && key.Reference.Contains(':')).Select(key => key.Reference).Order(StringComparer.Ordinal)];

    /// <param name="reference">A tag or digest; "" is the repository itself.</param>
    public AzureRecord Of(string repository, string reference) => records[(repository, reference)];

    public void Allow(string repository, string reference, JsonObject attributes) => records.AddOrUpdate(
        (repository, reference),
        _ => throw new InvalidOperationException("Nothing is known of it."),
        (_, record) => record with { Attributes = new Dictionary<string, bool>(record.Attributes.Concat(Given(attributes)).GroupBy(pair => pair.Key).Select(pairs => pairs.Last())) });

    public bool IsLocked(string repository, string reference) =>
        records.TryGetValue((repository, reference), out var record) && !record.Attributes.GetValueOrDefault("deleteEnabled", true);

    private static IEnumerable<KeyValuePair<string, bool>> Given(JsonObject attributes) => attributes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<bool>()));

    // Never the same twice, so that an order by it is one.
    private DateTimeOffset Now()
    {
        lock (turn)
        {
            var now = TimeProvider.System.GetUtcNow();
            return last = now > last ? now : last.AddTicks(1);
        }
    }
}

/// <summary>One manifest, tag or repository.</summary>
internal sealed record AzureRecord(DateTimeOffset Created, DateTimeOffset Updated, IReadOnlyDictionary<string, bool> Attributes)
{
    public AzureRecord(DateTimeOffset created, DateTimeOffset updated, Dictionary<string, bool> attributes)
        : this(created, updated, (IReadOnlyDictionary<string, bool>)attributes)
    {
    }
}
