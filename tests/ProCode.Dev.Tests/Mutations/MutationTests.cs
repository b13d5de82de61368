using ProCode.Dev.Mutations;

namespace ProCode.Dev.Tests.Mutations;

/// <summary>The mutations that are written down fit the code; ./dev mutations, a part of ./dev test --deep, carries them out.</summary>
public sealed class MutationTests
{
    [Fact]
    public void All_OfTheList_ChangeALineOfAStandInThatIsThereOnce()
    {
        var mutations = Mutation.All();

        Assert.True(mutations.Count >= 20, $"{mutations.Count} mutations");
        Assert.All(mutations, mutation =>
        {
            Assert.StartsWith("local/", mutation.File, StringComparison.Ordinal);
            var text = File.ReadAllText(Checkout.PathOf(mutation.File));
            Assert.NotEqual(text, mutation.ApplyTo(text));
            var (folder, project) = mutation.Owner();
            Assert.True(File.Exists(Checkout.PathOf($"{folder}/{project}.csproj")), project);
            Assert.True(HasClass(mutation), $"There is no class {mutation.Tests} in {mutation.Suite}.");
        });
    }

    [Fact]
    public void ApplyTo_LineThatIsThereOnce_ChangesItAlone() =>
        Assert.Equal("a\n  c;\nb; d\n", new Mutation("f", "b;", "c;", "T").ApplyTo("a\n  b;\nb; d\n"));

    [Theory]
    [InlineData("a\n", "0 times")]
    [InlineData("b;\n b;\n", "2 times")]
    public void ApplyTo_LineThatIsNotThereOnce_SaysSo(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<DevException>(() => new Mutation("f", "b;", "c;", "T").ApplyTo(text)).Message, StringComparison.Ordinal);

    private static bool HasClass(Mutation mutation) =>
        Directory.EnumerateFiles(Checkout.PathOf($"tests/{mutation.Suite}"), "*.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($"public sealed class {mutation.Tests}", StringComparison.Ordinal));
}
