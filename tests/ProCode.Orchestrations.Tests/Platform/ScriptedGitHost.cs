using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A git server with one repository, whatever address it is asked at; only webhooks belong to the address that they were made at.</summary>
internal sealed class ScriptedGitHost : IGitHost
{
    private readonly ConcurrentDictionary<string, string> _addresses = new(StringComparer.Ordinal);

    /// <summary>The commit on <c>main</c>.</summary>
    public string Head { get; set; } = new('a', 40);

    /// <summary>The branches beside <c>main</c>.</summary>
    public ConcurrentDictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    /// <summary>True when somebody has removed <c>main</c>.</summary>
    public bool HasNoMain { get; set; }

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>What every question for the repository itself meets; null: it is answered.</summary>
    public Func<Error>? RepositoryTrouble { get; set; }

    /// <summary>What the next tries to put a tag on a commit meet before they get through.</summary>
    public ConcurrentQueue<Func<Error>> TagTroubles { get; } = new();

    /// <summary>What the next tries to make a branch meet before they get through.</summary>
    public ConcurrentQueue<Func<Error>> BranchTroubles { get; } = new();

    /// <summary>What the next questions for refs meet before they are answered.</summary>
    public ConcurrentQueue<Func<Error>> RefTroubles { get; } = new();

    /// <summary>What every question for refs meets; null: it is answered.</summary>
    public Func<Error>? Down { get; set; }

    /// <summary>Runs when the refs were read, before the next question for them is answered with what was read.</summary>
    public ConcurrentQueue<Func<Task>> BeforeRefsAreTold { get; } = new();

    /// <summary>How often refs were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>What the second commit has that the first hasn't.</summary>
    public Func<string, string, Result<GitComparison>>? Compares { get; set; }

    /// <summary>What the next tries to fetch a source meet.</summary>
    public ConcurrentQueue<Func<Error>> ArchiveTroubles { get; } = new();

    /// <summary>The webhooks, by id.</summary>
    public ConcurrentDictionary<string, GitWebhookOrder> Webhooks { get; } = new(StringComparer.Ordinal);

    /// <summary>What the next calls about webhooks meet before they get through.</summary>
    public ConcurrentQueue<Func<Error>> WebhookTroubles { get; } = new();

    /// <summary>What every call about the webhooks of an address meets; null: it gets through.</summary>
    public Func<string, Error?>? WebhooksAt { get; set; }

    /// <summary>Runs once when a webhook was made, before its id is told.</summary>
    public Func<Task>? WhenWebhookIsMade { get; set; }

    /// <summary>What the next first commits meet.</summary>
    public ConcurrentQueue<Func<Error>> PushTroubles { get; } = new();

    /// <summary>The first commits that were pushed.</summary>
    public ConcurrentQueue<GitFirstCommit> Pushed { get; } = new();

    /// <summary>How often a source was asked for.</summary>
    public int Archived { get; private set; }

    /// <summary>How often a tag was asked for.</summary>
    public int TagPushes { get; private set; }

    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        Task.FromResult(RepositoryTrouble is { } trouble ? trouble() : (Result<GitRepository>)new GitRepository("main", IsEmpty: false));

    public async Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation)
    {
        Asked++;
        if (Down is { } down) return down();
        if (RefTroubles.TryDequeue(out var trouble)) return trouble();
        var branches = new Dictionary<string, string>(Branches);
        if (!HasNoMain) branches["main"] = Head;
        var refs = new GitRefs(branches, new Dictionary<string, string>(Tags));
        if (BeforeRefsAreTold.TryDequeue(out var meanwhile)) await meanwhile();
        return refs;
    }

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) => No<GitCommit>();

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) => No<GitPage<GitRef>>();

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) => No<GitPage<GitRef>>();

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation)
    {
        if (BranchTroubles.TryDequeue(out var trouble)) return Task.FromResult<Result<Done>>(trouble());
        var made = Branches.GetOrAdd(branch, commitId);
        return Task.FromResult<Result<Done>>(made == commitId ? Done.Value : GitErrors.BranchExists.With("The branch is on another commit."));
    }

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) =>
        Compares is { } compare ? Task.FromResult(compare(from, to)) : No<GitComparison>();

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation)
    {
        if (PushTroubles.TryDequeue(out var trouble)) return Task.FromResult<Result<string>>(trouble());
        Pushed.Enqueue(first);
        return Task.FromResult<Result<string>>(Head);
    }

    // Two to a page, so that whoever looks for one must turn pages.
    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation)
    {
        if (TroubleAt(remote) is { } trouble) return Task.FromResult<Result<GitPage<GitWebhook>>>(trouble);
        var all = Webhooks.Where(webhook => !_addresses.TryGetValue(webhook.Key, out var at) || at == AddressOf(remote)).OrderBy(webhook => webhook.Key, StringComparer.Ordinal).Select(webhook => new GitWebhook(webhook.Key, webhook.Value.Url, webhook.Value.Events));
        var rest = all.Where(webhook => page.Continuation is null || string.CompareOrdinal(webhook.Id, page.Continuation) > 0).ToList();
        return Task.FromResult<Result<GitPage<GitWebhook>>>(new GitPage<GitWebhook>([.. rest.Take(2)], rest.Count > 2 ? rest[1].Id : null));
    }

    public async Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation)
    {
        if (TroubleAt(remote) is { } trouble) return trouble;
        var id = $"hook-{Guid.NewGuid():n}";
        (Webhooks[id], _addresses[id]) = (order, AddressOf(remote));
        if (WhenWebhookIsMade is { } meanwhile)
        {
            WhenWebhookIsMade = null;
            await meanwhile();
        }

        return id;
    }

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation)
    {
        if (TroubleAt(remote) is { } trouble) return Task.FromResult<Result<Done>>(trouble);
        if (!Webhooks.ContainsKey(webhookId)) return Task.FromResult<Result<Done>>(GitErrors.WebhookNotFound.With("It is gone."));
        Webhooks[webhookId] = order;
        return Task.FromResult<Result<Done>>(Done.Value);
    }

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation)
    {
        if (TroubleAt(remote) is { } trouble) return Task.FromResult<Result<Done>>(trouble);
        Webhooks.TryRemove(webhookId, out _);
        return Task.FromResult<Result<Done>>(Done.Value);
    }

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) =>
        No<GitMergeRequest>();

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) => No<GitMergeRequest>();

    private Error? TroubleAt(GitRemote remote) => WebhookTroubles.TryDequeue(out var trouble) ? trouble() : WebhooksAt?.Invoke(remote.Url);

    private static string AddressOf(GitRemote remote) => remote.Url.EndsWith(".git", StringComparison.Ordinal) ? remote.Url[..^4] : remote.Url;

    private static Task<Result<T>> No<T>() => Task.FromResult<Result<T>>(GitErrors.OperationUnsupported.With("This host is scripted without it."));

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation)
    {
        if (TagTroubles.TryDequeue(out var trouble)) return Task.FromResult<Result<Done>>(trouble());
        TagPushes++;
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
