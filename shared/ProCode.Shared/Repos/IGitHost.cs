using ProCode.Results;

namespace ProCode.Repos;

/// <summary>
/// A kind of git server. Implementations are stateless and safe for concurrent use; every call ends within 30 s, retries included;
/// expected failures come back as <see cref="GitErrors"/> (and <see cref="Outbound.OutboundErrors"/> for a URL that may not be called),
/// never as exceptions; credentials travel in headers only and never reach a log or a message. What a kind of host doesn't have is
/// <see cref="GitErrors.OperationUnsupported"/>. Everything that changes something may be called again: what is there already as asked is fine.
/// </summary>
public interface IGitHost
{
    /// <summary>The repository, if there is one and the credential lets us in.</summary>
    Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation);

    /// <summary>The commits of the named branches and tags; those that don't exist are missing from the answer.</summary>
    Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation);

    /// <summary>The commit that a branch, a tag or a full commit id names, looked for in this order; else <see cref="GitErrors.RefNotFound"/>.</summary>
    Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation);

    /// <summary>A page of branches, in the host's own order.</summary>
    Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation);

    /// <summary>A page of tags, in the host's own order; annotated ones peeled.</summary>
    Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation);

    /// <summary>Makes a branch on a commit, once: the same name on the same commit is fine, on another it is <see cref="GitErrors.BranchExists"/>.</summary>
    Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation);

    /// <summary>Makes an annotated tag on a commit, once: the same name on the same commit is fine, on another it is
    /// <see cref="GitErrors.TagExists"/>, whoever made it and however often this is called.</summary>
    Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation);

    /// <summary>Writes the files of a commit as a tar: ustar or GNU entries in ordinal path order, regular files, executable files
    /// and symbolic links only, fixed times and owners, so that the same commit is always the same bytes. Submodules are left out.
    /// Nothing is written unless the whole source was read and found safe: at most 200 MB and 20,000 entries
    /// (<see cref="GitErrors.SourceTooLarge"/>), no path or link that leads out of the tree (<see cref="GitErrors.SourceUnsafe"/>).</summary>
    Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation);

    /// <summary>What <paramref name="to"/> has that <paramref name="from"/> hasn't, both branches, tags or commit ids, since they parted.</summary>
    Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation);

    /// <summary>Makes the first commit of an empty repository and gives its id. The same files and message make the same commit, so that doing
    /// it again is fine; any other branch or tag makes it <see cref="GitErrors.RepositoryNotEmpty"/>, and the repository is left alone.</summary>
    Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation);

    /// <summary>A page of the repository's webhooks. Hosts don't show the secrets.</summary>
    Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation);

    /// <summary>Makes a webhook and gives its id. The host doesn't notice that it has one for the same URL: look first.</summary>
    Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation);

    /// <summary>Sets URL, secret and events of a webhook; one that is gone is <see cref="GitErrors.WebhookNotFound"/>.</summary>
    Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation);

    /// <summary>Removes a webhook; one that is gone is fine.</summary>
    Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation);

    /// <summary>Asks for a merge (a pull request); an open one between the same branches is given instead of a second.</summary>
    Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation);

    /// <summary>A merge request by the number that people see; else <see cref="GitErrors.MergeRequestNotFound"/>.</summary>
    Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation);
}
