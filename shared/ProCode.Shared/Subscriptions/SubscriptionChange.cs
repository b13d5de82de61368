using ProCode.Json;
using ProCode.Results;

namespace ProCode.Subscriptions;

/// <summary>What people decide of a subscription.</summary>
public sealed record SubscriptionChange(string Url, IReadOnlyList<string> Events, string? Description, bool Enabled)
{
    public const int MaxUrlLength = 2000;
    public const int MaxDescriptionLength = 500;

    private static readonly IReadOnlyList<string> Names =
        [.. EnumNames.All(typeof(EventType)).Where(name => name != EnumNames.NameOf(EventType.Ping)), Subscription.AllEvents];

    /// <summary>Blames every field that is wrong.</summary>
    public void Validate(Check check)
    {
        check.Required("url", Url, MaxUrlLength);
        check.Optional("description", Description, MaxDescriptionLength);
        check.That(Events.Count > 0, "events", "names no event");
        check.That(Events.Count <= Names.Count && Events.Distinct().Count() == Events.Count, "events", "names an event more than once");
        foreach (var (index, name) in Events.Take(Names.Count).Index())
            check.That(Names.Contains(name), $"events[{index}]", $"must be one of {string.Join(", ", Names)}");
    }
}
