using System.Text.Json;

namespace ProCode.Dev.Mutations;

/// <summary>One line of a stand-in, what it becomes, and the tests that must notice.</summary>
/// <param name="File">Its path below the root.</param>
/// <param name="Line">The line without its indentation; it is there once.</param>
/// <param name="Becomes">What takes its place.</param>
/// <param name="Tests">The class of tests.</param>
/// <param name="Suite">The project of that class: what only a running host shows, no test of the public API alone can notice.</param>
internal sealed record Mutation(string File, string Line, string Becomes, string Tests, string Suite = "ProCode.Contract.Tests")
{
    public const string ListFile = "tests/ProCode.Contract.Tests/mutations.json";

    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The mutations that are written down.</summary>
    public static IReadOnlyList<Mutation> All() =>
        JsonSerializer.Deserialize<List<Mutation>>(System.IO.File.ReadAllText(Checkout.PathOf(ListFile)), _format)!;

    /// <summary>The file's text with the line changed, its indentation kept.</summary>
    /// <exception cref="DevException">The line isn't there, or is there more than once.</exception>
    public string ApplyTo(string text)
    {
        var lines = text.Split('\n');
        var places = Enumerable.Range(0, lines.Length).Where(at => lines[at].Trim() == Line).ToList();
        if (places is not [var place])
        {
            throw new DevException($"{ListFile}: the line '{Line}' is {places.Count} times in {File}.");
        }

        lines[place] = lines[place].Replace(Line, Becomes, StringComparison.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>The folder and name of the project that the file belongs to, below the root.</summary>
    public (string Folder, string Project) Owner()
    {
        var parts = File.Split('/');
        var folder = string.Join('/', parts[..3]);
        return (folder, parts[1] == "packages" ? parts[2] + ".Local" : parts[2]);
    }
}
