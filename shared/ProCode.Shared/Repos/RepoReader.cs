using Azure;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Repos;

/// <summary>What a git host said. <paramref name="Stale"/> is set when it is away now and this is what it said last, at <paramref name="AsOf"/>.</summary>
public sealed record Reading<T>(T Value, bool Stale, DateTimeOffset AsOf);

/// <summary>Reads branches, tags and commits of repositories; while the host is away, as they were known last (seed 001, section 6.1).</summary>
public sealed class RepoReader(GitRemotes remotes, GitHosts hosts, RepoReadings readings, TimeProvider time)
{
    private const int DefaultPage = 50;

    /// <summary>A page of branches (limit 1 to 200; hosts may give fewer and say how to go on).</summary>
    public Task<Result<Reading<GitPage<GitRef>>>> ListBranchesAsync(Repo repo, int limit, string? continuation, CancellationToken cancellation) =>
        ListAsync(repo, "branches", limit, continuation, (host, remote, page) => host.ListBranchesAsync(remote, page, cancellation), cancellation);

    /// <summary>A page of tags, likewise.</summary>
    public Task<Result<Reading<GitPage<GitRef>>>> ListTagsAsync(Repo repo, int limit, string? continuation, CancellationToken cancellation) =>
        ListAsync(repo, "tags", limit, continuation, (host, remote, page) => host.ListTagsAsync(remote, page, cancellation), cancellation);

    /// <summary>The commit that a branch, a tag or a full commit id names.</summary>
    public Task<Result<Reading<GitCommit>>> FindCommitAsync(Repo repo, string reference, CancellationToken cancellation) =>
        ReadAsync(repo, $"commit {reference}", (host, remote, token) => host.FindCommitAsync(remote, reference, token), cancellation);

    /// <summary>The repository's default branch.</summary>
    public Task<Result<Reading<GitRepository>>> GetRepositoryAsync(Repo repo, CancellationToken cancellation) =>
        ReadAsync(repo, "repository", (host, remote, token) => host.GetRepositoryAsync(remote, token), cancellation);

    /// <summary>Reads anew what a push has changed, so that it is known should the host go away: the branch's commit and the first pages of branches
    /// and tags as they are asked for by default. A host that doesn't answer changes nothing.</summary>
    public async Task RefreshAsync(Repo repo, string reference, CancellationToken cancellation)
    {
        if ((await FindCommitAsync(repo, reference, cancellation)).Error?.Kind == ErrorKind.Unavailable) return;
        await ListBranchesAsync(repo, DefaultPage, continuation: null, cancellation);
        await ListTagsAsync(repo, DefaultPage, continuation: null, cancellation);
    }

    private async Task<Result<Reading<GitPage<GitRef>>>> ListAsync(
        Repo repo, string what, int limit, string? continuation, Func<IGitHost, GitRemote, GitPageRequest, Task<Result<GitPage<GitRef>>>> list,
        CancellationToken cancellation)
    {
        // The host's own continuation means something at this address only.
        var scope = FormattableString.Invariant($"repo-{repo.Id}\n{repo.Url}\n{what}");
        string? after = null;
        if (continuation is not null && !Continuation.TryDecode(scope, continuation, out after))
            return GeneralErrors.Invalid.With("The continuation does not belong to this list.", "continuation", "must be one that this list has answered");

        var question = FormattableString.Invariant($"{what} {limit} {after}");
        var read = await ReadAsync(repo, question, (host, remote, _) => list(host, remote, new GitPageRequest(limit, after)), cancellation);
        if (!read.TryGet(out var reading, out var error)) return error;
        return reading.Value.Continuation is { } next
            ? reading with { Value = reading.Value with { Continuation = Continuation.Encode(scope, next) } }
            : reading;
    }

    private async Task<Result<Reading<T>>> ReadAsync<T>(
        Repo repo, string question, Func<IGitHost, GitRemote, CancellationToken, Task<Result<T>>> ask, CancellationToken cancellation)
        where T : class
    {
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return error;
        if ((await ask(hosts.For(remote), remote, cancellation)).TryGet(out var answer, out error))
        {
            var reading = new Reading<T>(answer, Stale: false, time.GetUtcNow());
            try
            {
                await readings.KeepAsync(repo, question, reading, cancellation);
            }
            catch (RequestFailedException)
            {
                // The answer is good all the same; only what is told when the host goes away stays older.
            }

            return reading;
        }

        if (error.Kind != ErrorKind.Unavailable) return error;
        return await readings.FindAsync<T>(repo, question, cancellation) is { } last ? last with { Stale = true } : error;
    }
}
