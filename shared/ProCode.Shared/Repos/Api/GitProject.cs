using System.Globalization;
using System.Net;
using System.Text.Json;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.Api;

/// <summary>
/// A repository behind a host's REST API, for the hosts that take the credential as a bearer token. <paramref name="root"/> is the repository's own
/// address, without a slash at the end; paths are relative to it and escaped. A 404 may mean that something in the repository is missing, or
/// the repository itself: the latter is always <see cref="GitErrors.RepositoryUnreachable"/>, with the host's words.
/// </summary>
internal sealed class GitProject(GitApi api, GitRemote remote, string root)
{
    // How many names are looked up at the same time.
    private const int Breadth = 8;

    private readonly KeyValuePair<string, string>[] _headers =
        remote.Credential is { } credential ? [new("Authorization", "Bearer " + credential.Password)] : [];

    /// <summary>A name as a part of a path: slashes and all escaped.</summary>
    public static string Escape(string name) => Uri.EscapeDataString(name);

    /// <summary>Whether a text is the full id of a commit (SHA-1 or SHA-256).</summary>
    public static bool IsCommitId(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The repository itself.</summary>
    public Task<Result<T>> GetAsync<T>(CancellationToken cancellation) =>
        api.SendAsync<T>(
            remote,
            Request(HttpMethod.Get, ""),
            answer => answer.IsSuccess ? answer.Read<T>() : answer.Status == HttpStatusCode.NotFound ? Missing(answer) : GitApi.Refusal(remote, answer),
            cancellation);

    /// <summary>Something in the repository, if it is there. <paramref name="path"/> is null for what can't be there.</summary>
    public Task<Result<Found<T>>> FindAsync<T>(string? path, CancellationToken cancellation)
        where T : class =>
        path is null
            ? Task.FromResult<Result<Found<T>>>(default(Found<T>))
            : api.SendAsync<Found<T>>(
                remote,
                Request(HttpMethod.Get, path),
                answer => answer.IsSuccess ? new Found<T>(answer.Read<T>())
                    : answer.Status == HttpStatusCode.NotFound ? default(Found<T>) : GitApi.Refusal(remote, answer),
                cancellation);

    /// <summary>A page of a list; pages count from 1 and have at most 100 items.</summary>
    public Task<Result<Listed<T>>> ListAsync<T>(string path, int page, int perPage, CancellationToken cancellation) =>
        api.SendAsync<Listed<T>>(
            remote,
            Request(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}&per_page={perPage}")),
            answer =>
            {
                if (!answer.IsSuccess) return answer.Status == HttpStatusCode.NotFound ? Missing(answer) : GitApi.Refusal(remote, answer);
                var items = answer.Read<List<T>>();
                return new Listed<T>(items, IsThereMore(answer, page, items.Count == perPage));
            },
            cancellation);

    /// <summary>A page of a list as the callers of <see cref="IGitHost"/> ask for it.</summary>
    public async Task<Result<GitPage<TItem>>> PageAsync<T, TItem>(
        string path, GitPageRequest request, Func<T, TItem?> item, CancellationToken cancellation)
        where TItem : class
    {
        if (!GitPageNumber.TryRead(request, out var number))
            return GeneralErrors.Invalid.With("The continuation is not one of this list.", "continuation", "must be what the page before said");
        var listed = await ListAsync<T>(path, number.Page, number.PerPage, cancellation);
        return listed.TryGet(out var list, out var error)
            ? new GitPage<TItem>([.. list.Items.Select(item).OfType<TItem>()], list.HasMore ? number.Next.ToString() : null)
            : error;
    }

    /// <summary>Asks the host to change something. What it understands and won't do is no error yet: what stands there may be as asked.
    /// <paramref name="repeatable"/> says whether it may be sent again when its answer got lost, <paramref name="secret"/> what must not be repeated
    /// from the host's words.</summary>
    public Task<Result<Sent<T>>> SendAsync<T>(
        HttpMethod method, string path, object? body, bool repeatable, CancellationToken cancellation, string? secret = null)
        where T : class =>
        api.SendAsync<Sent<T>>(
            remote,
            Request(method, path, body) with { IsRepeatable = repeatable, Secret = secret },
            answer => answer.IsSuccess
                ? new Sent<T>(typeof(T) == typeof(NoAnswer) ? null : answer.Read<T>(), null, IsMissing: false)
                : new Sent<T>(null, GitApi.Refusal(remote, answer), answer.Status == HttpStatusCode.NotFound),
            cancellation);

    /// <summary>The tar that <see cref="IGitHost.ArchiveAsync"/> promises, made of the tar.gz of a commit.</summary>
    public async Task<Result<FileStream>> ArchiveAsync(string path, string commitId, SourceLimits limits, CancellationToken cancellation)
    {
        var absent = GitErrors.RefNotFound.With($"The repository has no commit {commitId}.");
        if (!IsCommitId(commitId)) return absent;
        var download = await api.DownloadAsync(
            remote,
            Request(HttpMethod.Get, path),
            HostArchive.MostBytes(limits),
            answer => answer.Status == HttpStatusCode.NotFound ? absent : GitApi.Refusal(remote, answer),
            cancellation);
        if (!download.TryGet(out var gzip, out var error)) return error == absent ? await OrMissingAsync(error, cancellation) : error;
        await using (gzip) return await HostArchive.NormalizeAsync(gzip, limits, cancellation);
    }

    /// <summary>Changes a webhook, which is known by a number at all of these hosts.</summary>
    public async Task<Result<Done>> UpdateWebhookAsync<T>(HttpMethod method, string webhookId, object body, string secret, CancellationToken cancellation)
        where T : class
    {
        var gone = GitErrors.WebhookNotFound.With($"The repository has no webhook {webhookId}.");
        if (!IsNumber(webhookId)) return gone;
        if (!(await SendAsync<T>(method, "hooks/" + webhookId, body, repeatable: true, cancellation, secret)).TryGet(out var sent, out var error)) return error;
        if (sent.IsMissing) return await OrMissingAsync(gone, cancellation);
        return sent.Refusal is { } refusal ? refusal : Done.Value;
    }

    /// <summary>Removes a webhook; one that is gone is fine, but the repository must be there.</summary>
    public async Task<Result<Done>> DeleteWebhookAsync(string webhookId, CancellationToken cancellation)
    {
        if (!IsNumber(webhookId)) return Done.Value;
        if (!(await SendAsync<NoAnswer>(HttpMethod.Delete, "hooks/" + webhookId, null, repeatable: true, cancellation)).TryGet(out var sent, out var error)) return error;
        if (sent.Refusal is not { } refusal) return Done.Value;
        if (!sent.IsMissing) return refusal;
        return (await GetAsync<JsonElement>(cancellation)).Error is { } missing ? missing : Done.Value;
    }

    /// <summary>Why a merge request was refused: one of its branches is missing, or else what the host said.</summary>
    public async Task<Error> OrBranchMissingAsync(
        GitMergeRequestOrder order, Error refusal, Func<string, Task<Result<Found<string>>>> findBranch, CancellationToken cancellation)
    {
        foreach (var branch in new[] { order.SourceBranch, order.TargetBranch })
        {
            if (!(await findBranch(branch)).TryGet(out var found, out var error)) return error;
            if (found.Value is null) return await OrMissingAsync(GitErrors.RefNotFound.With($"The repository has no branch '{branch}'."), cancellation);
        }

        return refusal;
    }

    /// <summary>The error, unless it is the repository that is missing: then that.</summary>
    public async Task<Error> OrMissingAsync(Error error, CancellationToken cancellation)
    {
        var there = await GetAsync<JsonElement>(cancellation);
        return there.Error ?? error;
    }

    /// <summary>The commits of those names that exist. A host that knows none of them is asked whether it knows the repository.</summary>
    public async Task<Result<GitRefs>> FindRefsAsync(
        GitRefNames names,
        Func<string, Task<Result<Found<string>>>> findBranch,
        Func<IReadOnlyList<string>, Task<Result<Dictionary<string, string>>>> findTags,
        CancellationToken cancellation)
    {
        var (findingBranches, findingTags) = (FindAllAsync(names.Branches, findBranch), findTags([.. names.Tags.Distinct(StringComparer.Ordinal)]));
        await Task.WhenAll(findingBranches, findingTags);
        if (!(await findingBranches).TryGet(out var branches, out var error)) return error;
        if (!(await findingTags).TryGet(out var tags, out error)) return error;
        if (branches.Count + tags.Count == 0 && names.Branches.Count + names.Tags.Count > 0 && (await GetAsync<JsonElement>(cancellation)).Error is { } missing)
            return missing;
        return new GitRefs(branches, tags);
    }

    /// <summary>Looks several names up.</summary>
    public static async Task<Result<Dictionary<string, string>>> FindAllAsync(
        IEnumerable<string> names, Func<string, Task<Result<Found<string>>>> find)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(Breadth))
        {
            foreach (var (name, result) in some.Zip(await Task.WhenAll(some.Select(find))))
            {
                if (!result.TryGet(out var found, out var error)) return error;
                if (found.Value is { Length: > 0 } commit) all[name] = commit;
            }
        }

        return all;
    }

    private static bool IsNumber(string id) => id.Length is > 0 and < 20 && id.All(char.IsAsciiDigit);

    // GitLab names the next page, Gitee counts the pages; of neither, a full page may not have been the last.
    private static bool IsThereMore(GitApiAnswer answer, int page, bool isFull)
    {
        if (answer.Header("x-next-page") is { } next) return next.Length > 0;
        return int.TryParse(answer.Header("total_page"), NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? page < pages : isFull;
    }

    private GitApiRequest Request(HttpMethod method, string path, object? body = null) =>
        new(method, new Uri(path.Length == 0 ? root : root + "/" + path), body) { Headers = _headers };

    private Error Missing(GitApiAnswer answer)
    {
        var context = new GitFailureContext(new Uri(remote.Url), remote.Credential);
        var reason = context.Clean(answer.Reason()) is { Length: > 0 } words ? $"HTTP 404, {words}" : "HTTP 404";
        return GitErrors.RepositoryUnreachable.With(
            $"There is no repository at {context.Where} that this credential may see ({reason}).", "gitRepoUrl", "the git host knows no such repository");
    }
}
