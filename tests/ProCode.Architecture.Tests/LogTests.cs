using System.Reflection;

namespace ProCode.Architecture.Tests;

/// <summary>Log events are told apart by their ids, so each feature has a range of its own.</summary>
public sealed class LogTests
{
    private static readonly IReadOnlyList<(string Class, int Id)> _events =
    [
        .. Product.Methods.Select(method => (method, attribute: Product.AttributeOf(method.CustomAttributes, "LoggerMessage")))
            .Where(found => found.attribute is not null)
            .Select(found => (found.method.DeclaringType!.FullName!, EventIdOf(found.attribute!))),
    ];

    [Fact]
    public void LogMethods_Each_StandInALogClass()
    {
        Assert.All(_events, entry => Assert.EndsWith("Log", entry.Class, StringComparison.Ordinal));
    }

    [Fact]
    public void EventIds_OfTheLogClasses_DoNotOverlap() => Violations.None(Overlaps(_events));

    [Theory]
    [InlineData("A:1 A:1")]
    [InlineData("A:1 A:9 B:5")]
    [InlineData("A:0")]
    public void Overlaps_SharedOrMissingId_IsFound(string sample)
    {
        var events = sample.Split(' ').Select(part => (part[..1], int.Parse(part[2..], null)));

        Assert.NotEmpty(Overlaps([.. events]));
    }

    private static IEnumerable<string> Overlaps(IReadOnlyList<(string Class, int Id)> events)
    {
        var twice = events.GroupBy(entry => entry.Id).Where(group => group.Count() > 1 || group.Key <= 0).Select(group => $"event id {group.Key} is used twice or missing");
        var ranges = events.GroupBy(entry => entry.Class).Select(group => (Class: group.Key, First: group.Min(e => e.Id), Last: group.Max(e => e.Id))).OrderBy(range => range.First).ToList();
        var crossing = ranges.Zip(ranges.Skip(1)).Where(pair => pair.First.Last >= pair.Second.First).Select(pair => $"{pair.First} overlaps {pair.Second}");
        return twice.Concat(crossing);
    }

    private static int EventIdOf(CustomAttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == "EventId").TypedValue.Value as int?
        ?? attribute.ConstructorArguments.FirstOrDefault(argument => argument.ArgumentType == typeof(int)).Value as int?
        ?? 0;
}
