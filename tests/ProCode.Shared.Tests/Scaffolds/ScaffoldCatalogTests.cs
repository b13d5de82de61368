using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ProCode.Apps;
using ProCode.Builds;
using ProCode.Dev;
using ProCode.Results;
using ProCode.Scaffolds;

namespace ProCode.Tests.Scaffolds;

public sealed class ScaffoldCatalogTests
{
    private readonly ScaffoldCatalog _catalog = new();

    public static TheoryData<string> Names { get; } = [.. new ScaffoldCatalog().All.Select(scaffold => scaffold.Name)];

    [Fact]
    public void Catalog_OfThisProgram_HasEveryScaffoldOfTheRepository()
    {
        var folders = Directory.EnumerateDirectories(Checkout.PathOf("scaffolds")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);
        Assert.Equal(folders, _catalog.All.Select(scaffold => scaffold.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Files_OfAScaffold_AreThoseThatGitKnowsInOrder(string name)
    {
        var description = ScaffoldDescription.Read(await File.ReadAllBytesAsync(Checkout.PathOf($"scaffolds/{name}/scaffold.json")));
        var expected = (await BelowAsync($"scaffolds/{name}", "")).Where(file => file.Path != "scaffold.json").ToDictionary(file => file.Path, file => file.Source);
        foreach (var (target, source) in description.Vendored)
        {
            foreach (var (path, file) in await BelowAsync(source, $"{target}/")) expected.Add(path, file);
        }

        // Also: nothing more, such as what running things in a checkout leaves behind.
        var files = _catalog.Find(name).Value.Files;
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), files.Keys);
        Assert.All(expected, file => Assert.Equal(File.ReadAllBytes(file.Value), files[file.Key].ToArray()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scaffold_AsARepository_CanBeBuilt(string name)
    {
        var scaffold = _catalog.Find(name).Value;
        var listing = new SourceListing(
            scaffold.Files.ToDictionary(file => file.Key, file => (long)file.Value.Length), Encoding.UTF8.GetString(scaffold.Files[SourceListing.ManifestFile].Span),
            scaffold.Files.TryGetValue("package.json", out var package) ? Encoding.UTF8.GetString(package.Span) : null);
        var manifest = ProjectManifestReader.Read(listing.Manifest, scaffold.TechStack, "the-apps-name", listing).Value;
        Assert.Equal(("the-apps-name", "/ready"), (manifest.Name, manifest.Health));
    }

    [Fact]
    public void Find_ForAnApp_ChecksNameAndLanguage()
    {
        Assert.Equal("python-agent", _catalog.Find("python-agent", TechStack.Python).Value.Name);
        var unknown = _catalog.Find("cobol-agent", TechStack.Python).Error!;
        Assert.Equal((GeneralErrors.Invalid, "scaffoldTemplate"), (unknown.Code, Assert.Single(unknown.Details).Field));
        var mismatch = _catalog.Find("python-agent", TechStack.Java).Error!;
        Assert.Equal((ScaffoldErrors.StackMismatch, "scaffoldTemplate"), (mismatch.Code, Assert.Single(mismatch.Details).Field));
        Assert.Equal("The scaffold python-agent is for python, the app is java.", mismatch.Message);
    }

    [Fact]
    public void List_PageByPage_IsTheWhole()
    {
        var catalog = Catalog(("b", "java"), ("a", "python"), ("c", "python"));
        var first = catalog.List(null, 2, null).Value;
        Assert.Equal(["a", "b"], first.Items.Select(scaffold => scaffold.Name));
        var second = catalog.List(null, 2, first.Continuation).Value;
        Assert.Equal(("c", null), (Assert.Single(second.Items).Name, second.Continuation));
        Assert.Equal(["a", "c"], catalog.List(TechStack.Python, 2, null).Value.Items.Select(scaffold => scaffold.Name));
        Assert.False(catalog.List(TechStack.Python, 2, first.Continuation).Succeeded);
    }

    [Theory]
    [InlineData("""{"name":"other","techStack":"python","description":"d","vendored":{}}""")]
    [InlineData("""{"name":"x","techStack":"python","description":"d","vendored":{"lib":"sdk/none"}}""")]
    public void Catalog_DescriptionThatIsWrong_IsNoticed(string description) =>
        Assert.Throws<InvalidDataException>(() => new ScaffoldCatalog(new Dictionary<string, ReadOnlyMemory<byte>> { ["scaffolds/x/scaffold.json"] = Encoding.UTF8.GetBytes(description) }));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Archive_OfAScaffold_HasItsFilesUnderOneFolderAndTheSameBytesAgain(string name)
    {
        var scaffold = _catalog.Find(name).Value;
        var archive = await _catalog.ArchiveAsync(scaffold);
        Assert.Equal((await new ScaffoldCatalog().ArchiveAsync(scaffold)).Digest, archive.Digest);

        var found = new Dictionary<string, byte[]>();
        using var tar = new TarReader(new GZipStream(new MemoryStream(archive.Content.ToArray()), CompressionMode.Decompress));
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            Assert.Equal((TarEntryType.RegularFile, 0, 0, DateTimeOffset.UnixEpoch), (entry.EntryType, entry.Uid, entry.Gid, entry.ModificationTime));
            using var content = new MemoryStream();
            if (entry.DataStream is not null) await entry.DataStream.CopyToAsync(content);
            found.Add(entry.Name, content.ToArray());
        }
        Assert.Equal(scaffold.Files.Select(file => $"{name}/{file.Key}"), found.Keys);
        Assert.All(scaffold.Files, file => Assert.Equal(file.Value.ToArray(), found[$"{name}/{file.Key}"]));
    }

    [Fact]
    public async Task Archive_OfKnownFiles_HasTheseVeryBytes()
    {
        var catalog = Catalog(("a", "python"));
        var archive = await catalog.ArchiveAsync(catalog.Find("a").Value);
        Assert.Equal("6061f9a6f5cc4abf143ec7bf97add8c2e5ce38bc6ef6d61cec05f90f492975d1", archive.Digest);
    }

    private static async Task<IEnumerable<(string Path, string Source)>> BelowAsync(string folder, string prefix)
    {
        var list = await Tool.RequireAsync(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", folder], TestContext.Current.CancellationToken);
        return list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(path => (prefix + path[(folder.Length + 1)..], Checkout.PathOf(path))).Where(file => File.Exists(file.Item2));
    }

    private static ScaffoldCatalog Catalog(params (string Name, string TechStack)[] scaffolds)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["sdk/x/lib/y.txt"] = "y"u8.ToArray(), ["sdk/x/library.txt"] = "z"u8.ToArray() };
        foreach (var (name, stack) in scaffolds)
        {
            files[$"scaffolds/{name}/scaffold.json"] =
                Encoding.UTF8.GetBytes($$"""{"name":"{{name}}","techStack":"{{stack}}","description":"d","vendored":{"vendor/lib":"sdk/x/lib"} }""");
            files[$"scaffolds/{name}/main.txt"] = Encoding.UTF8.GetBytes(name);
        }
        return new ScaffoldCatalog(files);
    }
}
