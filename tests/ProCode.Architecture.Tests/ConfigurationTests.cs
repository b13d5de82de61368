using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>The settings that the code reads, docs/configuration.md and local.settings.sample.json name the same keys.</summary>
public sealed partial class ConfigurationTests
{
    private static readonly string[] _readByTheHost = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME"];

    private static readonly IReadOnlyList<string> _read = [.. OptionKeys().Concat(Repository.ProductCode.SelectMany(file => DirectKeys(file.Text))).Distinct()];

    [Fact]
    public void Keys_ReadByTheProduct_AreDocumented() => Violations.None(_read.Except(Documented()));

    [Fact]
    public void Keys_Documented_AreReadByTheProduct() => Violations.None(Documented().Except(_read).Except(_readByTheHost));

    [Fact]
    public void SampleSettings_EveryKey_IsDocumented() => Violations.None(Sample().Except(Documented()).Except(_readByTheHost));

    [Fact]
    public void DocumentedKeys_Each_StandInTheSampleSettings() => Violations.None(Documented().Except(Sample()));

    [Theory]
    [InlineData("/// <summary>Settings under <c>Git</c>.</summary>\npublic sealed class GitOptions", "Git")]
    [InlineData("/// <summary>Where images are kept\n/// (settings <c>Images:…</c>). More.</summary>\npublic sealed record ImageOptions(string A)", "Images")]
    [InlineData("/// <summary>Settings of the service as a whole.</summary>\npublic sealed class ServiceOptions\n/// <summary>Settings under <c>No</c>.</summary>", "")]
    public void SectionOf_OptionsSummary_IsRead(string text, string section) => Assert.Equal(section, SectionOf(text));

    [Theory]
    [InlineData("var url = builder.Configuration[\"PublicBaseUrl\"];", "PublicBaseUrl")]
    [InlineData("var section = configuration.GetSection(\"Deployments\");\nreturn section[\"Target\"] switch", "Deployments:Target")]
    public void DirectKeys_Read_AreFound(string text, string key) => Assert.Equal([key], DirectKeys(text));

    private static HashSet<string> Documented() =>
        [.. Rows().Matches(Repository.File("docs/configuration.md").Text).Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))];

    private static HashSet<string> Sample()
    {
        using var json = JsonDocument.Parse(Repository.File("local.settings.sample.json").Text);
        return [.. json.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name.Replace("__", ":", StringComparison.Ordinal))];
    }

    // A public …Options type is a section of the settings; its summary names the section, and nothing else binds one.
    private static IEnumerable<string> OptionKeys() =>
        from type in Product.Types
        where type is { IsPublic: true, IsClass: true } && type.Name.EndsWith("Options", StringComparison.Ordinal)
        let section = SectionOf(Repository.ProductCode.Single(file => file.Name == type.Name + ".cs").Text)
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where property.SetMethod is not null
        select section.Length == 0 ? property.Name : $"{section}:{property.Name}";

    private static string SectionOf(string text) => Sections().Match(text[..Declaration().Match(text).Index]).Groups[1].Value;

    private static IEnumerable<string> DirectKeys(string text)
    {
        var section = GetSection().Match(text).Groups[1].Value;
        return DirectReads().Matches(text).Select(match => match.Groups[1].Value == "section" ? $"{section}:{match.Groups[2].Value}" : match.Groups[2].Value);
    }

    [GeneratedRegex(@"^\| `([\w:]+)`", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("""\b(section|(?i:configuration))\[\s*"([\w:]+)"\s*\]""")]
    private static partial Regex DirectReads();

    [GeneratedRegex("""GetSection\("([\w:]+)"\)""")]
    private static partial Regex GetSection();

    [GeneratedRegex(@"\b[Ss]ettings\b[^.]*?<c>(\w+)")]
    private static partial Regex Sections();

    [GeneratedRegex(@"^public [\w ]*\b(class|record) \w+Options\b", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
