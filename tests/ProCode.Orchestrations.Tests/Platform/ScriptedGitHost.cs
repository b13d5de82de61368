using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A git server with one repository, whatever address it is asked at.</summary>
internal sealed class ScriptedGitHost : IGitHost
{
    /// <summary>The commit on <c>main</c>.</summary>
    public string Head { get; set; } = new('a', 40);

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>What the next tries to put a tag on a commit meet before they get through.</summary>
    public ConcurrentQueue<Func<Error>> TagTroubles { get; } = new();

    /// <summary>What the next tries to fetch a source meet.</summary>
    public ConcurrentQueue<Func<Error>> ArchiveTroubles { get; } = new();

    /// <summary>How often a source was asked for.</summary>
    public int Archived { get; private set; }

    public Task<Result<GitRefs>> ListRefsAsync(GitRemote remote, CancellationToken cancellation)
    {
        var branches = new Dictionary<string, string> { ["main"] = Head };
        return Task.FromResult<Result<GitRefs>>(new GitRefs("main", branches, new Dictionary<string, string>(Tags)));
    }

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation)
    {
        if (TagTroubles.TryDequeue(out var trouble)) return Task.FromResult<Result<Done>>(trouble());
        var tagged = Tags.GetOrAdd(tag, commitId);
        return Task.FromResult<Result<Done>>(tagged == commitId ? Done.Value : GitErrors.TagExists.With("The tag is on another commit."));
    }

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        if (ArchiveTroubles.TryDequeue(out var trouble)) return trouble();
        Archived++;
        await using var writer = new TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true);
        await writer.WriteEntryAsync(
            new GnuTarEntry(TarEntryType.RegularFile, "main.py")
            {
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"print('{commitId}')")),
            },
            cancellation);
        return Done.Value;
    }
}
