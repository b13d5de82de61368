using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>docs/contract.md and the tests name the same promises of the packages: what it names exists, and no contract test is left out.</summary>
public sealed partial class ContractPageTests
{
    private const string Page = "docs/contract.md";
    private const string ContractTests = "tests/ProCode.Contract.Tests/";
    private const string RuntimeTests = "tests/ProCode.Runtime.Tests/";

    [Fact]
    public void Rows_OfContractPage_NameTestsThatExist()
    {
        var known = TestsIn(ContractTests).Concat(TestsIn(RuntimeTests)).ToHashSet(StringComparer.Ordinal);

        Violations.None(RowsOf(Repository.File(Page).Text).SelectMany(row => row.Tests.Except(known).Select(test => $"{Page}: there is no test {test}")));
    }

    [Fact]
    public void Rows_OfContractPage_EachHaveATest() =>
        Violations.None(RowsOf(Repository.File(Page).Text).Where(row => row.Tests.Count == 0).Select(row => $"{Page}: no test shows that {row.Behaviour}"));

    [Fact]
    public void ContractTests_OfEveryClass_StandOnTheContractPage()
    {
        var named = RowsOf(Repository.File(Page).Text).SelectMany(row => row.Tests).ToHashSet(StringComparer.Ordinal);

        Violations.None(TestsIn(ContractTests).Except(named).Select(test => $"{Page} lacks a row of {test}"));
    }

    [Fact]
    public void RowsOf_ATable_AreItsBehavioursAndTests()
    {
        var rows = RowsOf("# A\n\n| behaviour | test |\n|---|---|\n| it `works` | `ATests.Run_One_Works`, `BTests.Run` |\n| it rests | |\n\n`CTests.Not_In_ATable`\n");

        Assert.Equal(["it `works`", "it rests"], rows.Select(row => row.Behaviour));
        Assert.Equal(["ATests.Run_One_Works", "BTests.Run"], rows[0].Tests);
        Assert.Empty(rows[1].Tests);
    }

    [Fact]
    public void NamesIn_ATestClass_AreThoseOfItsTests()
    {
        const string text = """
            public sealed class ATests(Fixture fixture) : Base
            {
                [Fact]
                public void One_Two_Three() => Assert.True(true);

                [Theory]
                [InlineData("[Fact]", 1)]
                public async Task Four_Five_Six(string a, int b)
                {
                }

                public void Helper()
                {
                }

                private sealed class Nested
                {
                    public void Run()
                    {
                    }
                }
            }
            """;

        Assert.Equal(["ATests.One_Two_Three", "ATests.Four_Five_Six"], NamesIn(text));
    }

    private static IReadOnlyList<Row> RowsOf(string page) =>
        [.. TableRow().Matches(page).Select(row => new Row(row.Groups[1].Value, [.. TestName().Matches(row.Groups[2].Value).Select(test => test.Groups[1].Value)]))
            .Where(row => row.Behaviour != "behaviour" && row.Behaviour.Trim('-').Length > 0)];

    private static IEnumerable<string> TestsIn(string folder) =>
        Repository.Code.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal)).SelectMany(file => NamesIn(file.Text));

    // A file's first class is the one that its tests belong to.
    private static IReadOnlyList<string> NamesIn(string text) => ClassName().Match(text) is { Success: true } found
        ? [.. TestMethod().Matches(text).Select(method => $"{found.Groups[1].Value}.{method.Groups[1].Value}")]
        : [];

    private sealed record Row(string Behaviour, IReadOnlyList<string> Tests);

    [GeneratedRegex(@"^\| (.+?) \|(.*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"`([A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(?:public|internal) .*\bclass (\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^ +\[(?:Fact|Theory)\b.*\n(?: +\[.*\n)*? +public [^\n(]*?(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex TestMethod();
}
