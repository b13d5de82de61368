using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Reflection;
using ProCode.Apps;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Scaffolds;

/// <summary>The scaffolds that are built into this program, with their SDKs in them. Immutable; safe for concurrent use.</summary>
public sealed class ScaffoldCatalog
{
    private const string Root = "scaffolds/";
    private readonly SortedDictionary<string, Scaffold> _byName;
    private readonly ConcurrentDictionary<string, Lazy<Task<ScaffoldArchive>>> _archives = new(StringComparer.Ordinal);

    /// <summary>Reads them all, once: together they are a few hundred KiB.</summary>
    public ScaffoldCatalog()
        : this(Embedded())
    {
    }

    /// <summary>From files by the paths that they have in this repository.</summary>
    internal ScaffoldCatalog(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) => _byName = new(
        files.Keys.Where(IsDescription).Select(path => Read(path, files)).ToDictionary(scaffold => scaffold.Name), StringComparer.Ordinal);

    /// <summary>All scaffolds, by name.</summary>
    public IReadOnlyCollection<Scaffold> All => _byName.Values;

    /// <summary>One page of the scaffolds by name, those of one language or all.</summary>
    public Result<Page<Scaffold>> List(TechStack? techStack, int limit, string? continuation)
    {
        var scope = $"scaffolds\n{techStack}";
        string? after = null;
        if (continuation is not null && !Continuation.TryDecode(scope, continuation, out after))
            return GeneralErrors.Invalid.With("The continuation does not belong to this list.", "continuation", "must be one that this list has answered");

        var rest = All.Where(scaffold => techStack is null || scaffold.TechStack == techStack)
            .Where(scaffold => after is null || string.CompareOrdinal(scaffold.Name, after) > 0).ToList();
        return new Page<Scaffold>([.. rest.Take(limit)], rest.Count > limit ? Continuation.Encode(scope, rest[limit - 1].Name) : null);
    }

    /// <summary>The scaffold of this name (as it is written), or <see cref="ScaffoldErrors.Unknown"/>.</summary>
    public Result<Scaffold> Find(string name) => _byName.TryGetValue(name, out var scaffold) ? scaffold : ScaffoldErrors.NotFound(_byName.Keys);

    /// <summary>The scaffold of this name for an app's request: <see cref="GeneralErrors.Invalid"/> when there is none, <see cref="ScaffoldErrors.StackMismatch"/>
    /// when it is for another language; both blame <c>scaffoldTemplate</c>.</summary>
    public Result<Scaffold> Find(string name, TechStack techStack)
    {
        if (!Find(name).TryGet(out var scaffold, out var error)) return GeneralErrors.Invalid.With(error.Message, "scaffoldTemplate", "is not the name of a scaffold");
        return scaffold.TechStack == techStack ? scaffold : ScaffoldErrors.WrongStack(scaffold, techStack);
    }

    /// <summary>One of <see cref="All"/> as an archive; packed once.</summary>
    public Task<ScaffoldArchive> ArchiveAsync(Scaffold scaffold) =>
        _archives.GetOrAdd(scaffold.Name, static (_, one) => new(() => ScaffoldArchive.PackAsync(one)), scaffold).Value;

    private static bool IsDescription(string path) =>
        path.StartsWith(Root, StringComparison.Ordinal) && path.EndsWith($"/{ScaffoldDescription.FileName}", StringComparison.Ordinal) && path.Count(c => c == '/') == 2;

    private static Scaffold Read(string descriptionPath, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var description = ScaffoldDescription.Read(files[descriptionPath].Span);
        var folder = descriptionPath[..^ScaffoldDescription.FileName.Length];
        if (folder != $"{Root}{description.Name}/") throw new InvalidDataException($"{descriptionPath} is the description of '{description.Name}'.");

        var own = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (path, content) in Below(folder, files).Where(file => file.Path != ScaffoldDescription.FileName)) own.Add(path, content);
        foreach (var (target, source) in description.Vendored)
        {
            var vendored = Below(source + "/", files).ToList();
            if (vendored.Count == 0) throw new InvalidDataException($"{descriptionPath}: nothing is in '{source}'.");
            foreach (var (path, content) in vendored) own.Add($"{target}/{path}", content);
        }
        return new Scaffold(description.Name, description.TechStack, description.Description, new ReadOnlyDictionary<string, ReadOnlyMemory<byte>>(own));
    }

    private static IEnumerable<(string Path, ReadOnlyMemory<byte> Content)> Below(string folder, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) =>
        files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal)).Select(file => (file.Key[folder.Length..], file.Value));

    // Only what is embedded under a path of the repository: resources of other kinds have dots where these have slashes.
    private static Dictionary<string, ReadOnlyMemory<byte>> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal) || name.StartsWith("sdk/", StringComparison.Ordinal))
            .ToDictionary(name => name, name => Content(assembly, name));
    }

    private static ReadOnlyMemory<byte> Content(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
