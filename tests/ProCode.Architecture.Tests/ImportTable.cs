using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ProCode.Architecture.Tests;

/// <summary>The table "Who may know whom" of docs/architecture.md: | project | may refer to | never these packages |, with * as wildcard.</summary>
internal sealed partial class ImportTable
{
    private readonly List<(Regex Project, List<Regex> Allowed, List<Regex> BannedPackages)> _rows = [];

    public static ImportTable Read(string document)
    {
        var table = new ImportTable();
        foreach (Match row in Rows().Matches(document))
        {
            table._rows.Add((Pattern(row.Groups[1].Value), Patterns(row.Groups[2].Value), Patterns(row.Groups[3].Value)));
        }

        Assert.NotEmpty(table._rows);
        return table;
    }

    public IEnumerable<string> Violations(SourceFile project)
    {
        var row = _rows.FirstOrDefault(candidate => candidate.Project.IsMatch(project.Folder));
        if (row.Project is null)
        {
            return [$"{project.Path} stands in no row of the table in docs/architecture.md"];
        }

        var text = project.Text.StartsWith("<Project", StringComparison.Ordinal) ? project.Text : $"<Project>{project.Text}</Project>";
        var elements = XDocument.Parse(text).Descendants().ToList();
        var references = Includes("ProjectReference").Select(path => Resolve(project.Folder, path))
            .Where(path => !row.Allowed.Exists(allowed => allowed.IsMatch(path)));
        var packages = Includes("PackageReference").Where(id => row.BannedPackages.Exists(banned => banned.IsMatch(id)));
        return references.Concat(packages).Select(what => $"{project.Path} must not refer to {what}");

        IEnumerable<string> Includes(string name) =>
            elements.Where(element => element.Name.LocalName == name).Select(element => element.Attribute("Include")?.Value).OfType<string>();
    }

    private static string Resolve(string folder, string include)
    {
        var full = Path.GetFullPath(Path.Combine("/", folder, include.Replace('\\', '/')));
        return Path.GetDirectoryName(full)!.TrimStart('/');
    }

    private static List<Regex> Patterns(string cell) => [.. Quoted().Matches(cell).Select(match => Pattern(match.Groups[1].Value))];

    private static Regex Pattern(string wildcard) => new($"^{Regex.Escape(wildcard).Replace("\\*", ".*", StringComparison.Ordinal)}$");

    [GeneratedRegex(@"^\| `([^`]+)` \|([^|]*)\|([^|]*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
