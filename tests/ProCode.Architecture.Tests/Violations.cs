namespace ProCode.Architecture.Tests;

/// <summary>Asserts that a rule has no exceptions, and shows all of them when it has.</summary>
internal static class Violations
{
    public static void None(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
