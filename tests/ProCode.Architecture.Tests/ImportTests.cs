using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>Who may know whom: the table in docs/architecture.md is the rule, the project files must obey it.</summary>
public sealed partial class ImportTests
{
    [Fact]
    public void ProjectReferences_OfEveryProject_StandInTheTable()
    {
        var table = ImportTable.Read(Repository.File("docs/architecture.md").Text);
        var projects = Repository.Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

        Violations.None(projects.SelectMany(table.Violations));
    }

    [Theory]
    [InlineData("shared/ProCode.Shared/ProCode.Shared.csproj", "<ProjectReference Include=\"../../orchestrations/ProCode.Orchestrations/ProCode.Orchestrations.csproj\" />")]
    [InlineData("shared/ProCode.Shared/ProCode.Shared.csproj", "<PackageReference Include=\"Microsoft.Azure.Functions.Worker\" />")]
    [InlineData("orchestrations/ProCode.Orchestrations/ProCode.Orchestrations.csproj", "<ProjectReference Include=\"../../functions/ProCode.Functions/ProCode.Functions.csproj\" />")]
    [InlineData("functions/ProCode.Functions/ProCode.Functions.csproj", "<ProjectReference Include=\"../../local/runtime/ProCode.Local.Durable/ProCode.Local.Durable.csproj\" />")]
    [InlineData("elsewhere/X/X.csproj", "")]
    public void Violations_ForbiddenReference_AreFound(string project, string reference)
    {
        var table = ImportTable.Read(Repository.File("docs/architecture.md").Text);

        Assert.NotEmpty(table.Violations(new SourceFile(project, reference)));
    }

    [Fact]
    public void ProductCode_EveryFile_UsesNoNamespaceOfAnUpperLayer()
    {
        Violations.None(Repository.ProductCode.SelectMany(UpwardUses));
    }

    [Theory]
    [InlineData("shared/ProCode.Shared/X.cs", "using Microsoft.Azure.Functions.Worker;")]
    [InlineData("shared/ProCode.Shared/X.cs", "var x = new ProCode.Orchestrations.Y();")]
    [InlineData("orchestrations/ProCode.Orchestrations/X.cs", "using ProCode.Functions.Http;")]
    [InlineData("functions/ProCode.Functions/X.cs", "using ProCode.Local.Durable;")]
    [InlineData("functions/ProCode.Functions/X.cs", "using ProCode.Dev;")]
    public void UpwardUses_ForbiddenNamespace_IsFound(string path, string text)
    {
        Assert.NotEmpty(UpwardUses(new SourceFile(path, text)));
    }

    private static IEnumerable<string> UpwardUses(SourceFile file)
    {
        var forbidden = file.Path.Split('/')[0] switch
        {
            "shared" => SharedMustNotUse(),
            "orchestrations" => OrchestrationsMustNotUse(),
            _ => NobodyMayUse(),
        };
        return forbidden.Matches(file.CodeOnly).Select(match => $"{file.Path}: {match.Value}");
    }

    [GeneratedRegex(@"\bProCode\.(Orchestrations|Functions|Local|Dev|Testing)\b|\bMicrosoft\.Azure\.Functions\b|\bMicrosoft\.DurableTask\b")]
    private static partial Regex SharedMustNotUse();

    [GeneratedRegex(@"\bProCode\.(Functions|Local|Dev|Testing)\b|\bMicrosoft\.AspNetCore\.(Http|Mvc)\b")]
    private static partial Regex OrchestrationsMustNotUse();

    [GeneratedRegex(@"\bProCode\.(Local|Dev|Testing)\b")]
    private static partial Regex NobodyMayUse();
}
