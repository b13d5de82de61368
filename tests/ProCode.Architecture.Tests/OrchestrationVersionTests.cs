using System.Reflection;
using System.Text.Json;

namespace ProCode.Architecture.Tests;

/// <summary>Every orchestration begins in a version that its host runs.</summary>
public sealed class OrchestrationVersionTests
{
    private const string Options = "orchestrations/ProCode.Orchestrations/Durable/OrchestrationOptions.cs";

    [Fact]
    public void HostFile_DefaultVersion_IsTheCurrentOne()
    {
        // The host leaves instances of a newer version alone: said wrongly, nothing would ever run.
        using var host = JsonDocument.Parse(Repository.File("host.json").Text);
        var version = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion").GetString();

        Assert.Equal(Current, version);
        Assert.True(Version.TryParse(Current, out _), "Versions are compared number by number only when they are numbers.");
    }

    [Fact]
    public void Starts_OfOrchestrationsAndChildren_TakeTheirOptionsFromOnePlace()
    {
        string[] own = ["new StartOrchestrationOptions", "new SubOrchestrationOptions", "WithInstanceId("];
        Violations.None(Repository.ProductCode.Where(file => file.Path != Options)
            .SelectMany(file => own.Where(each => file.CodeOnly.Contains(each, StringComparison.Ordinal)).Select(each => $"{file.Path}: {each}")));
    }

    [Fact]
    public void Starts_EveryCall_HasOptions()
    {
        string[] calls = ["ScheduleNewOrchestrationInstanceAsync", "CallSubOrchestratorAsync"];
        var files = Repository.ProductCode.Where(file => calls.Any(call => file.CodeOnly.Contains(call, StringComparison.Ordinal))).ToList();

        Assert.NotEmpty(files);
        Violations.None(files
            .Where(file => Count(file, calls) > Count(file, "OrchestrationOptions.Start(", "OrchestrationOptions.Child("))
            .Select(file => file.Path));
    }

    private static string Current => (string)Product.Types.Single(type => type.Name == "OrchestrationVersions")
        .GetField("Current", BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;

    private static int Count(SourceFile file, params string[] texts) => texts.Sum(text => file.CodeOnly.Split(text).Length - 1);
}
