using System.Formats.Tar;
using System.Globalization;
using System.Text;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.PipelineBench;

/// <summary>A git host that answers at once. Whenever it is asked for a branch, that has got a new commit, so that every release has a source of its own.</summary>
internal sealed class InstantGitHost : IGitHost
{
    private static readonly byte[] _agent = Encoding.UTF8.GetBytes("print('hello')");
    private long _commits;

    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        Task.FromResult<Result<GitRepository>>(new GitRepository("main", IsEmpty: false));

    public Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation)
    {
        var commit = Interlocked.Increment(ref _commits).ToString("x40", CultureInfo.InvariantCulture);
        return Task.FromResult<Result<GitRefs>>(new GitRefs(names.Branches.ToDictionary(branch => branch, _ => commit), new Dictionary<string, string>()));
    }

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        Task.FromResult<Result<Done>>(Done.Value);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        await using var writer = new TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true);
        var main = new GnuTarEntry(TarEntryType.RegularFile, "main.py") { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(_agent) };
        await writer.WriteEntryAsync(main, cancellation);
        return Done.Value;
    }

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) => No<GitCommit>();

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) => No<GitPage<GitRef>>();

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) => No<GitPage<GitRef>>();

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation) => No<Done>();

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) => No<GitComparison>();

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation) => No<string>();

    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) => No<GitPage<GitWebhook>>();

    public Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation) => No<string>();

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation) => No<Done>();

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation) => No<Done>();

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) => No<GitMergeRequest>();

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) => No<GitMergeRequest>();

    private static Task<Result<T>> No<T>() => Task.FromResult<Result<T>>(GitErrors.OperationUnsupported.With("No pipeline asks for this."));
}
