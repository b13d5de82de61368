using ProCode.Apps;
using ProCode.Scaffolds;

namespace ProCode.Functions.Scaffolds;

/// <summary>A scaffold as clients see it: the name is what <c>scaffoldTemplate</c> takes.</summary>
internal sealed record ScaffoldResponse(string Name, TechStack TechStack, string Description, int FileCount)
{
    public static ScaffoldResponse From(Scaffold scaffold) => new(scaffold.Name, scaffold.TechStack, scaffold.Description, scaffold.Files.Count);
}
