using System.Globalization;
using System.Xml.Linq;

namespace ProCode.Dev.Testing;

/// <summary>What one test project's run, or a step before it, came to.</summary>
internal sealed record TestReport(string Project, TimeSpan Elapsed, int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures, IReadOnlyList<string> Skips)
{
    /// <summary>A run that left no usable report counts as one failure, explained by its output.</summary>
    public static TestReport Broken(string project, TimeSpan elapsed, string reason, string output) =>
        new(project, elapsed, 0, 1, 0, [$"{project} {reason}\n{output}"], []);

    /// <summary>Reads xunit's XML report.</summary>
    public static TestReport Read(string project, TimeSpan elapsed, string file)
    {
        var assemblies = XDocument.Load(file).Descendants("assembly").ToList();
        int Sum(string name) => assemblies.Sum(a => int.Parse(a.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture));
        var tests = assemblies.Descendants("test").ToList();
        var failures = tests.Where(t => t.Attribute("result")?.Value == "Fail").Select(FailureOf)
            .Concat(assemblies.Descendants("error").Select(e => $"{project}: {e.Attribute("name")?.Value ?? e.Attribute("type")?.Value}\n{ReasonOf(e)}"));
        var skips = tests.Where(t => t.Attribute("result")?.Value == "Skip").GroupBy(t => t.Element("reason")?.Value, NameOf).Select(SkipOf);
        return new TestReport(project, elapsed, Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"), [.. failures], [.. skips]);
    }

    // A tool that is missing is said once, however many tests want it.
    private static string SkipOf(IGrouping<string?, string> tests) =>
        tests.Count() == 1 ? $"{tests.Single()}: {tests.Key}" : $"{tests.Count()} tests, such as {tests.First()}: {tests.Key}";

    private static string FailureOf(XElement test) =>
        $"{NameOf(test)}\n{ReasonOf(test)}" + (test.Element("output")?.Value is { Length: > 0 } output ? $"\n  output:\n{output}" : "");

    private static string NameOf(XElement test) => test.Attribute("name")?.Value ?? "?";

    private static string ReasonOf(XElement element) =>
        $"{element.Element("failure")?.Element("message")?.Value}\n{element.Element("failure")?.Element("stack-trace")?.Value}".Trim();
}
