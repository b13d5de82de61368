using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>What may not stand in the source.</summary>
public sealed partial class ProductCodeTests
{
    [Fact]
    public void ProductCode_EveryFile_KnowsNoRuntime()
    {
        Violations.None(Repository.ProductCode.SelectMany(file => Found(file.Path, RuntimeSwitch(), file.Text)));
    }

    [Fact]
    public void Code_EveryFile_IsFinished()
    {
        Violations.None(Repository.Code.SelectMany(file => Found(file.Path, Unfinished(), file.Text)));
    }

    [Fact]
    public void Files_OfTheWholeRepository_NameNoMachineOfOurs()
    {
        Violations.None(Repository.Files.SelectMany(file => Found(file.Path, MachinePath(), file.Text)));
    }

    [Fact]
    public void NpmLockFiles_EveryPackage_ComesFromThePublicRegistry()
    {
        var locks = Repository.Files.Where(file => file.Name == "package-lock.json");
        Violations.None(locks.SelectMany(file => Found(file.Path, ForeignPackage(), file.Text)));
    }

    [Theory]
    [InlineData("#if LOCAL")]
    [InlineData("if (runtime == \"ProCode" + "Local\")")]
    [InlineData("// works on Azur" + "ite")]
    public void RuntimeSwitch_BadSample_IsFound(string sample) => Assert.Matches(RuntimeSwitch(), sample);

    [Theory]
    [InlineData("throw new NotImplemented" + "Exception();")]
    [InlineData("// TO" + "DO later")]
    [InlineData("// FIX" + "ME")]
    public void Unfinished_BadSample_IsFound(string sample) => Assert.Matches(Unfinished(), sample);

    [Theory]
    [InlineData("/ro" + "ot/.nuget/packages")]
    [InlineData("/ho" + "me/someone/project")]
    [InlineData("/wo" + "rk/main/dev")]
    public void MachinePath_BadSample_IsFound(string sample) => Assert.Matches(MachinePath(), sample);

    [Fact]
    public void ForeignPackage_BadSample_IsFound() => Assert.Matches(ForeignPackage(), "\"resolved\": \"https://mirror.example/a.tgz\"");

    private static IEnumerable<string> Found(string path, Regex what, string text) => what.Matches(text).Select(match => $"{path}: {match.Value}");

    // The words are split so that this file does not match itself.
    [GeneratedRegex(@"^\s*#(if|elif)\b.*|\bProCode" + @"Runtime\b|\bProCode" + @"Local\w*|\bAzur" + @"ite\w*", RegexOptions.Multiline)]
    private static partial Regex RuntimeSwitch();

    [GeneratedRegex(@"\bNotImplemented" + @"Exception\b|\bTO" + @"DO\b|\bFIX" + @"ME\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.])/(ro" + @"ot|ho" + @"me|wo" + @"rk)/[\w.-]+")]
    private static partial Regex MachinePath();

    [GeneratedRegex("\"resolved\": \"(?!https://registry\\.npmjs\\.org/)[^\"]*\"")]
    private static partial Regex ForeignPackage();
}
