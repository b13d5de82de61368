using System.Text.RegularExpressions;

namespace ProCode.Architecture.Tests;

/// <summary>A file is named after what is in it and stays short.</summary>
public sealed partial class FileShapeTests
{
    private const int MostLines = 500;

    // Stand-ins follow the real packages' shapes; everything else follows ours.
    private static IEnumerable<SourceFile> OwnCode => Repository.Code.Where(file => !file.Path.StartsWith("local/packages/", StringComparison.Ordinal));

    [Fact]
    public void Code_EveryFile_StaysShort()
    {
        Violations.None(Repository.Code.Where(TooLong).Select(file => file.Path));
    }

    [Fact]
    public void Code_EveryFile_IsNamedAfterItsType()
    {
        Violations.None(OwnCode.SelectMany(Misnamed));
    }

    [Fact]
    public void FileNames_InTheWholeRepository_HaveNoSpaces()
    {
        Violations.None(Repository.Files.Where(file => file.Path.Contains(' ', StringComparison.Ordinal)).Select(file => file.Path));
    }

    [Fact]
    public void TooLong_OneLineTooMany_IsFound() => Assert.True(TooLong(new SourceFile("X.cs", new string('\n', MostLines + 1))));

    [Theory]
    [InlineData("X.cs", "public sealed class Y;")]
    [InlineData("shared/X.cs", "public sealed class X;\n\npublic sealed class Y;")]
    [InlineData("shared/X.cs", "public interface IX;\n\ninternal sealed class X;\n\npublic interface IY;")]
    [InlineData("Xs.cs", "public sealed record X;")]
    public void Misnamed_OtherName_IsFound(string path, string text) => Assert.NotEmpty(Misnamed(new SourceFile(path, text)));

    [Theory]
    [InlineData("X.cs", "public sealed class X<T>\n{\n}\n\npublic sealed record Y(int Z);")]
    [InlineData("Outputs.cs", "public sealed record X;\n\npublic sealed record Y;")]
    [InlineData("X.Generated.cs", "internal partial class X;")]
    public void Misnamed_MainTypeWithItsRecords_IsFine(string path, string text) => Assert.Empty(Misnamed(new SourceFile(path, text)));

    private static bool TooLong(SourceFile file) => file.Lines.Count() > MostLines + 1;

    // Small records and enums may live beside the type whose data they are, and a set of them in a file with a name in the plural; in
    // product code a further public class or interface needs a file of its own.
    private static IEnumerable<string> Misnamed(SourceFile file)
    {
        var types = TopLevelTypes().Matches(file.CodeOnly).Select(match => (
            Public: match.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal),
            Kind: match.Groups["kind"].Value,
            Name: match.Groups["name"].Value)).ToList();
        var expected = file.Name.Split('.')[0];
        var isSet = types.Count > 1 && expected.EndsWith('s');
        if (types.Count > 0 && expected != "Program" && !isSet && types.TrueForAll(type => type.Name != expected))
        {
            yield return $"{file.Path} holds {string.Join(", ", types.Select(type => type.Name))}";
        }

        foreach (var type in types.Where(type => file.IsProduct && type is { Public: true, Kind: "class" or "interface" } && type.Name != expected))
        {
            yield return $"{file.Path}: {type.Name} belongs into a file of its own";
        }
    }

    // Namespaces are file-scoped, so a top-level type starts its line.
    [GeneratedRegex(@"^(?<modifiers>(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*)(?<kind>class|interface|enum|delegate\s+\S+|record(?:\s+(?:struct|class))?|struct)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelTypes();
}
