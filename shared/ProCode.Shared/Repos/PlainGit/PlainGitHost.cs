using LibGit2Sharp;
using ProCode.Outbound;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>
/// Any git server over smart HTTP, by LibGit2Sharp. The library blocks and can't be interrupted while it connects, so each call
/// runs on a thread of its own and is left behind when the time is up; a left-behind call still removes its files and keeps its
/// slot until it ends, and so can't pile up. The URL is checked before each use; the library resolves the name again by itself
/// and follows a redirect of the first request, a window that only a private network's own rules can close.
/// </summary>
public sealed class PlainGitHost : IGitHost
{
    private readonly OutboundUrls _urls;
    private readonly GitCalls _calls;
    private readonly TimeProvider _time;
    private readonly PlainGitLimits _limits;
    private readonly SourceLimits _sources;
    private readonly GitSlots _slots;

    public PlainGitHost(OutboundUrls urls, GitCalls calls, TimeProvider time)
        : this(urls, calls, time, new PlainGitLimits(), new SourceLimits())
    {
    }

    internal PlainGitHost(OutboundUrls urls, GitCalls calls, TimeProvider time, PlainGitLimits limits, SourceLimits sources)
    {
        (_urls, _calls, _time, _limits, _sources) = (urls, calls, time, limits, sources);
        _slots = new GitSlots(limits.ConcurrentCalls, limits.ConcurrentCallsPerServer);
        GitWorkspace.RemoveAbandoned(time);
    }

    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        CallAsync<GitRepository>(remote, conversation => conversation.ListRefs().Repository(), cancellation);

    public Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation) =>
        CallAsync<GitRefs>(remote, conversation => conversation.ListRefs().Find(names), cancellation);

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) =>
        CallAsync(remote, conversation => CommitReading.Find(conversation, reference), cancellation);

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        CallAsync<GitPage<GitRef>>(remote, conversation => AdvertisedRefs.Page(conversation.ListRefs().Branches, page), cancellation);

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        CallAsync<GitPage<GitRef>>(remote, conversation => AdvertisedRefs.Page(conversation.ListRefs().Tags, page), cancellation);

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation) =>
        CallAsync(remote, conversation => RefCreation.EnsureBranch(conversation, branch, commitId), cancellation);

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        CallAsync(remote, conversation => RefCreation.EnsureTag(conversation, tag, commitId, message), cancellation);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        // First into a file of our own: a call that is left behind or tried again must not have touched the caller's stream.
        var archived = await CallAsync(remote, conversation => CommitReading.Archive(conversation, commitId), cancellation);
        if (!archived.TryGet(out var file, out var error))
            return error;
        await using (file)
            await file.CopyToAsync(tar, cancellation);
        return Done.Value;
    }

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) =>
        CallAsync(remote, conversation => CommitComparison.Compare(conversation, from, to), cancellation);

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation) =>
        CallAsync(remote, conversation => FirstCommit.Push(conversation, first), cancellation);

    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        Unsupported<GitPage<GitWebhook>>("webhooks");

    public Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation) =>
        Unsupported<string>("webhooks");

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation) =>
        Unsupported<Done>("webhooks");

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation) =>
        Unsupported<Done>("webhooks");

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) =>
        Unsupported<GitMergeRequest>("merge requests");

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) =>
        Unsupported<GitMergeRequest>("merge requests");

    // The git protocol itself knows neither; a server that has them has an API of its own for them.
    private static Task<Result<T>> Unsupported<T>(string what) =>
        Task.FromResult<Result<T>>(GitErrors.OperationUnsupported.With($"A host of type git has no {what} that can be reached from here."));

    private Task<Result<T>> CallAsync<T>(GitRemote remote, Func<GitConversation, Result<T>> talk, CancellationToken cancellation) =>
        // Every call may be made again: what changes something looks first, the others only read.
        Uri.TryCreate(remote.Url, UriKind.Absolute, out var url)
            ? _calls.RunAsync(url, repeatable: true, token => TryAsync(remote, talk, token), cancellation)
            : Task.FromResult<Result<T>>(OutboundErrors.UrlRefused.With("Only http and https URLs are called."));

    private async Task<Result<T>> TryAsync<T>(GitRemote remote, Func<GitConversation, Result<T>> talk, CancellationToken cancellation)
    {
        var check = await _urls.CheckAsync(remote.Url, cancellation);
        if (!check.TryGet(out var url, out var error))
            return error.Code == OutboundErrors.HostUnresolved ? GitErrors.Unreachable(error.Message) : error;

        var leave = await _slots.TakeAsync(url, cancellation);
        var conversation = new GitConversation(url, remote.Credential, _limits, _sources, _time, cancellation);
        var talking = Task.Factory.StartNew(() => Talk(conversation, talk, leave), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await talking.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the result any more; if it is a file, it has to be closed all the same.
            _ = talking.ContinueWith(
                left => ((left.Result.Succeeded ? left.Result.Value : default) as IDisposable)?.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    private static Result<T> Talk<T>(GitConversation conversation, Func<GitConversation, Result<T>> talk, Action leave)
    {
        try
        {
            return talk(conversation);
        }
        catch (LibGit2SharpException exception)
        {
            return conversation.Explain(exception);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The library makes a DateTimeOffset of whatever a commit has as its time.
            return GitErrors.SourceUnsafe.With("The repository holds a commit whose time can't be read.");
        }
        finally
        {
            leave();
        }
    }
}
