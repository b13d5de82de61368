using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Tests.Repos.Documented;

/// <summary>A repository as a host keeps it.</summary>
internal sealed class FakeProject
{
    private int _numbers;

    public string DefaultBranch { get; set; } = "main";

    public SortedDictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeTag> Tags { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, FakeCommit> Commits { get; } = [];

    public List<FakeHook> Hooks { get; } = [];

    public List<FakeMergeRequest> MergeRequests { get; } = [];

    public Dictionary<string, byte[]> Archives { get; } = [];

    public int NextNumber() => ++_numbers;

    /// <summary>A commit on a branch, which is made if it is missing; its id.</summary>
    public string Commit(string message = "A change", string branch = "main", string? from = null)
    {
        lock (this)
        {
            string[] parents = Branches.TryGetValue(branch, out var head) ? [head] : from is null ? [] : [from];
            var number = NextNumber();
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"commit {number}"))))[..40];
            Commits[id] = new FakeCommit(id, message, "Ada Lovelace", DateTimeOffset.UnixEpoch.AddHours(number), parents);
            return Branches[branch] = id;
        }
    }

    /// <summary>The commit that a branch, a tag or an id names.</summary>
    public string? Resolve(string name) =>
        Branches.GetValueOrDefault(name) ?? Tags.GetValueOrDefault(name)?.Commit ?? (Commits.ContainsKey(name) ? name : null);

    /// <summary>What one commit has in its history that another hasn't, newest first.</summary>
    public IReadOnlyList<FakeCommit> Between(string from, string to)
    {
        var known = History(from).Select(commit => commit.Id).ToHashSet();
        return [.. History(to).Where(commit => !known.Contains(commit.Id))];
    }

    /// <summary>A tar.gz as hosts make it: everything in one folder, behind a note about the commit.</summary>
    public void Archive(string commit, params (string Path, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            tar.WriteEntry(new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = commit }));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, $"agent-{commit}/"));
            foreach (var (path, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"agent-{commit}/{path}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        Archives[commit] = bytes.ToArray();
    }

    private IEnumerable<FakeCommit> History(string id)
    {
        for (var at = Commits[id]; ; at = Commits[at.Parents[0]])
        {
            yield return at;
            if (at.Parents.Length == 0) yield break;
        }
    }
}

/// <summary>A commit.</summary>
internal sealed record FakeCommit(string Id, string Message, string Author, DateTimeOffset Time, string[] Parents);

/// <summary>A tag, annotated when it has a message.</summary>
internal sealed record FakeTag(string Commit, string? Message);

/// <summary>A webhook, with the secrets that hosts don't show.</summary>
internal sealed class FakeHook
{
    public required int Id { get; init; }

    public required string Url { get; set; }

    public required bool Push { get; set; }

    public required bool TagPush { get; set; }

    public required string? Secret { get; set; }

    public string? SigningKey { get; set; }
}

/// <summary>A merge request.</summary>
internal sealed class FakeMergeRequest
{
    public required int Number { get; init; }

    public required string Title { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public required string State { get; set; }

    /// <summary>The repository that the source branch is in; 0 is this one.</summary>
    public int Fork { get; init; }
}
