using System.Reflection;
using System.Text.RegularExpressions;
using ProCode.Results;

namespace ProCode.Architecture.Tests;

/// <summary>docs/errors.md and the code list the same errors.</summary>
public sealed partial class ErrorCatalogueTests
{
    private static readonly IReadOnlyList<ErrorCode> _codes =
    [
        .. Product.Types.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(ErrorCode)).Select(field => (ErrorCode)field.GetValue(null)!),
    ];

    [Fact]
    public void Codes_OfTheProduct_AreUnique()
    {
        Violations.None(_codes.GroupBy(code => code.Number).Where(group => group.Count() > 1).Select(group => $"{group.Key}"));
        Violations.None(_codes.GroupBy(code => code.Name).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Codes_OfTheProduct_HaveTheirParagraph()
    {
        var documented = Documented(Repository.File("docs/errors.md").Text);
        Violations.None(_codes.Select(code => $"{code.Number} {code.Name}").Except(documented));
    }

    [Fact]
    public void Paragraphs_OfErrorsPage_HaveTheirCode()
    {
        var documented = Documented(Repository.File("docs/errors.md").Text);
        Violations.None(documented.Except(_codes.Select(code => $"{code.Number} {code.Name}")));
        Violations.None(documented.GroupBy(heading => heading).Where(same => same.Count() > 1).Select(same => $"{same.Key} has {same.Count()} paragraphs"));
    }

    [Fact]
    public void Documented_Headings_AreRead() => Assert.Equal(["1002 APP_NAME_TAKEN"], Documented("# Errors\n\n### 1002 `APP_NAME_TAKEN` (409)\n\nText 2001 OTHER.\n"));

    private static IReadOnlyList<string> Documented(string page) => [.. Headings().Matches(page).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}")];

    [GeneratedRegex(@"^#{2,4} `?(\d{4,5})`?\W+([A-Z][A-Z0-9_]+)\b", RegexOptions.Multiline)]
    private static partial Regex Headings();
}
