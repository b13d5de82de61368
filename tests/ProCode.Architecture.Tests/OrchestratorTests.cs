using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>An orchestrator is replayed, so it may depend on nothing but its input and its history.</summary>
public sealed partial class OrchestratorTests
{
    private static IEnumerable<SourceFile> Orchestrations => Repository.ProductCode.Where(file => file.Path.StartsWith("orchestrations/", StringComparison.Ordinal));

    [Fact]
    public void Orchestrators_EveryFile_AreDeterministic()
    {
        Violations.None(Orchestrations.SelectMany(Impurities));
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("var now = time.GetUtcNow();")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("var id = Guid.CreateVersion7();")]
    [InlineData("await Task.Delay(1);")]
    [InlineData("await Task.Run(() => 1);")]
    [InlineData("using var http = new HttpClient();")]
    [InlineData("var text = File.ReadAllText(path);")]
    [InlineData("var name = Environment.MachineName;")]
    [InlineData("var n = Random.Shared.Next();")]
    [InlineData("await context.CallActivityAsync(name).ConfigureAwait(false);")]
    [InlineData("await cts.CancelAsync();")]
    public void Impurities_NondeterministicCall_IsFound(string line)
    {
        Assert.NotEmpty(Impurities(new SourceFile("orchestrations/X/XOrchestrator.cs", line)));
    }

    [Fact]
    public void OrchestrationTrigger_InEveryFile_MeansTheSuffixOrchestrator()
    {
        Violations.None(Orchestrations.SelectMany(Misnamed));
    }

    [Theory]
    [InlineData("Pipeline.cs", "[OrchestrationTrigger] TaskOrchestrationContext context")]
    [InlineData("PipelineOrchestrator.cs", "public static class PipelineOrchestrator;")]
    public void Misnamed_SuffixWithoutTriggerOrTheOtherWayRound_IsFound(string name, string text)
    {
        Assert.NotEmpty(Misnamed(new SourceFile("orchestrations/X/" + name, text)));
    }

    private static IEnumerable<string> Impurities(SourceFile file) =>
        file.Name.EndsWith("Orchestrator.cs", StringComparison.Ordinal) || file.CodeOnly.Contains("TaskOrchestrationContext", StringComparison.Ordinal)
            ? Nondeterministic().Matches(file.CodeOnly).Select(match => $"{file.Path}: {match.Value}")
            : [];

    private static IEnumerable<string> Misnamed(SourceFile file)
    {
        var triggered = file.CodeOnly.Contains("[OrchestrationTrigger]", StringComparison.Ordinal);
        return triggered == file.Name.EndsWith("Orchestrator.cs", StringComparison.Ordinal) ? [] : [file.Path];
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bGetUtcNow\b|\bStopwatch\b|\bGuid\.(NewGuid|CreateVersion7)\b|\bTask\.(Delay|Run)\b|\bThread\b|\bHttpClient\b"
        + @"|\bFile\.|\bDirectory\.|\bEnvironment\.|\bRandom\b|\bConfigureAwait\(false\)|\bCancelAsync\b")]
    private static partial Regex Nondeterministic();
}
