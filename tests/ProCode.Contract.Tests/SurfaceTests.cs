using System.Reflection;
using System.Text.RegularExpressions;
using ProCode.Contract.Tests.ApiSurface;

namespace ProCode.Contract.Tests;

/// <summary>A stand-in has nothing public that its package doesn't have, so that what compiles on it compiles on the package.</summary>
public sealed partial class SurfaceTests
{
    [Fact]
    public void StandIns_PublicSurface_IsInTheirPackagesLists()
    {
        var standIns = StandIns();
        if (standIns.Count == 0)
            Assert.Skip("The real packages are in use: there is no stand-in to compare.");

        var extra = new List<string>();
        foreach (var standIn in standIns)
        {
            var lines = SurfacePrinter.Lines(standIn).ToList();
            Assert.True(lines.Count > 0, $"{standIn.GetName().Name} printed nothing: was it built empty?");
            extra.AddRange(Extra(lines, PackageOf(standIn)));
        }

        Assert.True(extra.Count == 0, string.Join('\n', extra));
    }

    [Fact]
    public void StandIns_EveryProject_IsCompared()
    {
        var standIns = StandIns();
        if (standIns.Count == 0)
            Assert.Skip("The real packages are in use: there is no stand-in to compare.");

        // Exempt: System.IO.Hashing is called by Azure.Storage only, whose use of it the Blob tests run;
        // the worker's Sdk is a build tool without a type.
        string[] exempt = ["System.IO.Hashing", "Microsoft.Azure.Functions.Worker.Sdk"];
        var projects = Directory.EnumerateDirectories(Path.Combine(RepositoryRoot(), "local", "packages")).Select(folder => Path.GetFileName(folder)!);
        Assert.Empty(projects.Except(exempt).Except(standIns.Select(PackageOf)));
    }

    [Fact]
    public void Comparison_MemberThatThePackageLacks_IsNamed()
    {
        string[] lines = ["T Azure.Data.Tables.ITableEntity : interface", "P Azure.Data.Tables.ITableEntity.Version : string? {get;}"];
        Assert.Equal(
            ["Azure.Data.Tables.Local has, but the package has not: P Azure.Data.Tables.ITableEntity.Version : string? {get;}"],
            Extra(lines, "Azure.Data.Tables"));
    }

    [Fact]
    public void Printer_TypeOfEveryKind_PrintsTheFormat()
    {
        var lines = typeof(PrinterSample).GetNestedTypes().Append(typeof(PrinterSample)).SelectMany(SurfacePrinter.Lines).Order(StringComparer.Ordinal);
        Assert.Equal(PrinterSample.Expected.Split('\n').Order(StringComparer.Ordinal), lines);
    }

    [Fact]
    public void Printer_ThePackageItself_PrintsItsListsLines()
    {
        // A type that is the real package's own in both runtimes, with its lines as the list of azure.core would have them.
        var lines = SurfacePrinter.Lines(typeof(Azure.ETag)).ToList();
        Assert.Contains("T Azure.ETag : readonly struct : System.IEquatable<Azure.ETag>", lines);
        Assert.Contains("C Azure.ETag..ctor(string etag)", lines);
        Assert.Contains("F Azure.ETag.All : Azure.ETag [static readonly]", lines);
        Assert.Contains("M Azure.ETag.op_Equality(Azure.ETag left, Azure.ETag right) -> bool [static]", lines);
        Assert.Contains("M Azure.ETag.ToString() -> string [override]", lines);
    }

    private static List<Assembly> StandIns() =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.Local.dll").Order().Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))];

    private static string PackageOf(Assembly standIn) => standIn.GetName().Name!.Replace(".Local", "", StringComparison.Ordinal);

    private static IEnumerable<string> Extra(IEnumerable<string> lines, string package)
    {
        var inPackage = ListOf(package);
        return lines.Where(line => !inPackage.Contains(Comparable(line)))
            .Order(StringComparer.Ordinal)
            .Select(line => $"{package}.Local has, but the package has not: {line}");
    }

    private static HashSet<string> ListOf(string package)
    {
        var name = $"ProCode.Contract.Tests.ApiSurface.{package.ToLowerInvariant()}.txt";
        using var list = typeof(SurfaceTests).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no list of the package {package} in tests/ProCode.Contract.Tests/ApiSurface.");
        using var reader = new StreamReader(list);
        return [.. reader.ReadToEnd().Split('\n').Select(Comparable)];
    }

    private static string Comparable(string line) => Nullability().Replace(line, "");

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ProCode.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from a build inside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex("""(?<!")\?(?!")| where \w+ : notnull(?= |$)|(?<= : )notnull,|@(?=\w)""")]
    private static partial Regex Nullability();
}
