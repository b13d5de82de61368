using System.Globalization;
using ProCode.Repos.Api;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.Gitee;

/// <summary>Gitee, gitee.com or an installation at the root of a server of its own, by its REST API v5. The first commit is pushed by git, and so is
/// a tag or branch that the API doesn't make. docs/git-hosts.md says which request does what.</summary>
internal sealed class GiteeHost(GitApi api, IGitHost git, SourceLimits sources) : IGitHost
{
    private readonly GitProjects _projects = new(api, RootOf);

    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        _projects.RunAsync<GitRepository>(
            remote,
            async (project, token) =>
            {
                if (!(await project.GetAsync<GiteeRepository>(token)).TryGet(out var repository, out var error)) return error;
                if (string.IsNullOrEmpty(repository.DefaultBranch)) return new GitRepository(null, IsEmpty: true);

                // It names a default branch before there is one.
                var branches = await project.FindAsync<List<GiteeRef>>("branches?page=1&per_page=1", token);
                if (!branches.TryGet(out var found, out error)) return error;
                return found.Value is { Count: > 0 } ? new GitRepository(repository.DefaultBranch, IsEmpty: false) : new GitRepository(null, IsEmpty: true);
            },
            cancellation);

    public Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation) =>
        _projects.RunAsync(
            remote,
            (project, token) => project.FindRefsAsync(
                names, name => FindBranchAsync(project, name, token), tags => FindTagsAsync(project, tags, token), token),
            cancellation);

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) =>
        _projects.RunAsync<GitCommit>(
            remote,
            async (project, token) =>
            {
                if (!(await FindBranchAsync(project, reference, token)).TryGet(out var id, out var error)) return error;
                if (id.Value is null && !(await FindTagAsync(project, reference, token)).TryGet(out id, out error)) return error;
                if (!(await FindCommitAsync(project, id.Value ?? reference, token)).TryGet(out var found, out error)) return error;
                return found.Value?.ToCommit() ?? (Result<GitCommit>)await project.OrMissingAsync(NotFound(reference), token);
            },
            cancellation);

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GiteeRef, GitRef>("branches", page, found => found.ToRef(), token), cancellation);

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GiteeRef, GitRef>("tags", page, found => found.ToRef(), token), cancellation);

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation) =>
        EnsureAsync(
            remote,
            commitId,
            RefNames.BranchRefusal(branch),
            (project, token) => FindBranchAsync(project, branch, token),
            ("branches", new { Refs = commitId, BranchName = branch }),
            (GitErrors.BranchExists, $"The branch {branch}"),
            token => git.EnsureBranchAsync(remote, branch, commitId, token),
            cancellation);

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        EnsureAsync(
            remote,
            commitId,
            RefNames.TagRefusal(tag),
            (project, token) => FindTagAsync(project, tag, token),
            ("tags", new { Refs = commitId, TagName = tag, TagMessage = string.IsNullOrWhiteSpace(message) ? tag : message }),
            (GitErrors.TagExists, $"The tag {tag}"),
            token => git.EnsureTagAsync(remote, tag, commitId, message, token),
            cancellation);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        var archived = await _projects.RunAsync(
            remote, (project, token) => project.ArchiveAsync("tarball?ref=" + commitId, commitId, sources, token), cancellation);
        if (!archived.TryGet(out var file, out var error)) return error;
        await using (file) await file.CopyToAsync(tar, cancellation);
        return Done.Value;
    }

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) =>
        _projects.RunAsync<GitComparison>(
            remote,
            async (project, token) =>
            {
                var path = RefNames.TagRefusal(from) is null && RefNames.TagRefusal(to) is null ? $"compare/{GitProject.Escape(from)}...{GitProject.Escape(to)}" : null;
                if (!(await project.FindAsync<GiteeComparison>(path, token)).TryGet(out var found, out var error)) return error;
                return found.Value is { } compared
                    ? HostComparison.Of(
                        [.. compared.Commits.Select(commit => commit.ToCommit())],
                        [.. (compared.Files ?? []).Select(file => file.ToChange())],
                        compared.Truncated == true || compared.Commits.Count >= GiteeComparison.MostCommits)
                    : await project.OrMissingAsync(GitErrors.RefNotFound.With($"The repository has no '{from}' or no '{to}'."), token);
            },
            cancellation);

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation) =>
        git.PushFirstCommitAsync(remote, first, cancellation);

    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GiteeHook, GitWebhook>("hooks", page, hook => hook.ToWebhook(), token), cancellation);

    public Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation) =>
        _projects.RunAsync<string>(
            remote,
            async (project, token) =>
            {
                var made = await project.SendAsync<GiteeHook>(HttpMethod.Post, "hooks", BodyOf(order), repeatable: false, token, order.Secret);
                if (!made.TryGet(out var sent, out var error)) return error;
                if (sent.Value is { } hook) return hook.ToWebhook().Id;
                return sent.IsMissing ? await project.OrMissingAsync(sent.Refusal!, token) : sent.Refusal!;
            },
            cancellation);

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.UpdateWebhookAsync<GiteeHook>(HttpMethod.Patch, webhookId, BodyOf(order), order.Secret, token), cancellation);

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.DeleteWebhookAsync(webhookId, token), cancellation);

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) =>
        _projects.RunAsync<GitMergeRequest>(
            remote,
            async (project, token) =>
            {
                // Nothing says that Gitee refuses a second one, so it isn't sent again by itself.
                var body = new { order.Title, Head = order.SourceBranch, Base = order.TargetBranch, Body = order.Description };
                var made = await MadeOnce.RunAsync(
                    () => FindOpenAsync(project, order, token),
                    () => project.SendAsync<GiteePullRequest>(HttpMethod.Post, "pulls", body, repeatable: false, token));
                if (!made.TryGet(out var sent, out var error)) return error;
                return sent.Value?.ToMergeRequest()
                    ?? (Result<GitMergeRequest>)await project.OrBranchMissingAsync(order, sent.Refusal!, name => FindBranchAsync(project, name, token), token);
            },
            cancellation);

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) =>
        _projects.RunAsync<GitMergeRequest>(
            remote,
            async (project, token) =>
            {
                var path = number > 0 ? string.Create(CultureInfo.InvariantCulture, $"pulls/{number}") : null;
                if (!(await project.FindAsync<GiteePullRequest>(path, token)).TryGet(out var found, out var error)) return error;
                return found.Value?.ToMergeRequest() ?? (Result<GitMergeRequest>)await project.OrMissingAsync(
                    GitErrors.MergeRequestNotFound.With(string.Create(CultureInfo.InvariantCulture, $"The repository has no pull request {number}.")), token);
            },
            cancellation);

    private static string? RootOf(string server, string path) =>
        path.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name] ? $"{server}/api/v5/repos/{GitProject.Escape(owner)}/{GitProject.Escape(name)}" : null;

    private static Error NotFound(string reference) => GitErrors.RefNotFound.With($"The repository has no branch, tag or commit '{reference}'.");

    private static async Task<Result<Found<string>>> FindBranchAsync(GitProject project, string name, CancellationToken cancellation)
    {
        var path = RefNames.BranchRefusal(name) is null ? "branches/" + GitProject.Escape(name) : null;
        var result = await project.FindAsync<GiteeRef>(path, cancellation);
        return result.TryGet(out var found, out var error) ? new Found<string>(found.Value?.Commit.Sha) : error;
    }

    private static async Task<Result<Found<string>>> FindTagAsync(GitProject project, string name, CancellationToken cancellation) =>
        (await FindTagsAsync(project, [name], cancellation)).TryGet(out var found, out var error) ? new Found<string>(found.GetValueOrDefault(name)) : error;

    /// <summary>There is no request for one tag, so the list is read until all names have been seen.</summary>
    private static async Task<Result<Dictionary<string, string>>> FindTagsAsync(GitProject project, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var wanted = names.Where(name => RefNames.TagRefusal(name) is null).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var page = 1; found.Count < wanted.Count; page++)
        {
            if (!(await project.ListAsync<GiteeRef>("tags", page, 100, cancellation)).TryGet(out var listed, out var error)) return error;
            foreach (var tag in listed.Items.Where(tag => wanted.Contains(tag.Name))) found[tag.Name] = tag.Commit.Sha;
            if (!listed.HasMore || listed.Items.Count == 0) break;
        }

        return found;
    }

    private static Task<Result<Found<GiteeCommit>>> FindCommitAsync(GitProject project, string id, CancellationToken cancellation) =>
        project.FindAsync<GiteeCommit>(GitProject.IsCommitId(id) ? "commits/" + id : null, cancellation);

    /// <summary>The API makes branches and tags from a start that has a name; that it takes the id of a commit, and makes annotated tags of a message, its
    /// documentation doesn't say. So what it made is checked, and what it won't make is pushed.</summary>
    private Task<Result<Done>> EnsureAsync(
        GitRemote remote,
        string commitId,
        Error? unnameable,
        Func<GitProject, CancellationToken, Task<Result<Found<string>>>> look,
        (string Path, object Body) request,
        (ErrorCode Code, string What) taken,
        Func<CancellationToken, Task<Result<Done>>> push,
        CancellationToken cancellation) =>
        _projects.RunAsync(
            remote,
            (project, token) =>
            {
                async Task<Result<Sent<string>>> MakeAsync()
                {
                    if (unnameable is not null) return unnameable;
                    if (!(await FindCommitAsync(project, commitId, token)).TryGet(out var commit, out var error)) return error;
                    if (commit.Value is null) return await project.OrMissingAsync(NotFound(commitId), token);
                    var made = await project.SendAsync<GiteeRef>(HttpMethod.Post, request.Path, request.Body, repeatable: true, token);
                    return made.TryGet(out var sent, out error) ? new Sent<string>(sent.Value?.Commit.Sha, sent.Refusal, sent.IsMissing) : error;
                }

                return MadeOnce.RunAsync(commitId, () => look(project, token), MakeAsync, taken.Code, taken.What, _ => push(token));
            },
            cancellation);

    // What isn't wanted is said, because which events are on by themselves isn't documented.
    private static object BodyOf(GitWebhookOrder order) => new
    {
        order.Url,
        EncryptionType = 1, // deliveries are signed with the password instead of carrying it
        Password = order.Secret,
        PushEvents = order.Events.Contains(GitWebhookEvent.PUSH),
        TagPushEvents = order.Events.Contains(GitWebhookEvent.TAG_PUSH),
        IssuesEvents = false,
        NoteEvents = false,
        MergeRequestsEvents = false,
    };

    private static async Task<Result<Found<GiteePullRequest>>> FindOpenAsync(GitProject project, GitMergeRequestOrder order, CancellationToken cancellation)
    {
        var path = $"pulls?state=open&head={GitProject.Escape(order.SourceBranch)}&base={GitProject.Escape(order.TargetBranch)}";
        for (var page = 1; ; page++)
        {
            if (!(await project.ListAsync<GiteePullRequest>(path, page, 100, cancellation)).TryGet(out var listed, out var error)) return error;
            var open = listed.Items.FirstOrDefault(request => request.IsOpenBetween(order.SourceBranch, order.TargetBranch));
            if (open is not null || !listed.HasMore || listed.Items.Count == 0) return new Found<GiteePullRequest>(open);
        }
    }
}
