using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>The settings that the code reads, docs/configuration.md and local.settings.sample.json name the same keys.</summary>
public sealed partial class ConfigurationTests
{
    [Fact]
    public void Keys_ReadByTheProduct_AreDocumented()
    {
        var documented = Documented();
        Assert.Empty(Repository.ProductCode.SelectMany(file => KeysOf(file.Text).Where(key => !documented.Contains(key)).Select(key => $"{file.Path}: {key}")));
    }

    [Fact]
    public void Keys_Documented_AreReadByTheProduct()
    {
        var read = Repository.ProductCode.SelectMany(file => KeysOf(file.Text)).ToHashSet();
        Assert.Empty(Documented().Except(read).Except(_readByTheHost));
    }

    [Fact]
    public void SampleSettings_EveryKey_IsDocumented()
    {
        Assert.Empty(Sample().Except(Documented()).Except(_readByTheHost));
    }

    [Fact]
    public void DocumentedKeys_Each_StandInTheSampleSettings()
    {
        Assert.Empty(Documented().Except(Sample()));
    }

    [Fact]
    public void KeysOf_OptionsClass_AreFound()
    {
        const string Sample = """
            public sealed record GitOptions
            {
                public const string Section = "Git";
                public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);
            }
            """;
        Assert.Equal(["Git:ProbeTimeout"], KeysOf(Sample));
    }

    [Fact]
    public void KeysOf_DirectRead_AreFound() => Assert.Equal(["PublicBaseUrl"], KeysOf("var url = builder.Configuration[\"PublicBaseUrl\"];"));

    private static readonly string[] _readByTheHost = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME"];

    private static HashSet<string> Documented() =>
        [.. Rows().Matches(Repository.File("docs/configuration.md").Text).Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))];

    private static HashSet<string> Sample()
    {
        using var json = JsonDocument.Parse(Repository.File("local.settings.sample.json").Text);
        return [.. json.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name.Replace("__", ":", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> KeysOf(string text)
    {
        foreach (Match direct in DirectReads().Matches(text))
        {
            yield return direct.Groups[1].Value;
        }

        if (Sections().Match(text) is { Success: true } section)
        {
            foreach (Match property in Properties().Matches(text))
            {
                yield return $"{section.Groups[1].Value}:{property.Groups[1].Value}";
            }
        }
    }

    [GeneratedRegex(@"^\| `([\w:]+)`", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("""(?i:configuration)\[\s*"([\w:]+)"\s*\]""")]
    private static partial Regex DirectReads();

    [GeneratedRegex("""const string Section(?:Name)? = "([\w:]+)";""")]
    private static partial Regex Sections();

    [GeneratedRegex(@"^\s+public (?:required )?[\w<>?\[\]]+ (\w+) \{ get; (?:set|init); \}", RegexOptions.Multiline)]
    private static partial Regex Properties();
}
