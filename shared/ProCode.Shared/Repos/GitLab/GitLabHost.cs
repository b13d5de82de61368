using System.Globalization;
using ProCode.Repos.Api;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.GitLab;

/// <summary>GitLab, gitlab.com or an installation at the root of a server of its own, by its REST API v4. The first commit is pushed by git.
/// docs/git-hosts.md says which request does what.</summary>
internal sealed class GitLabHost(GitApi api, IGitHost git, SourceLimits sources) : IGitHost
{
    private readonly GitProjects _projects = new(api, RootOf);

    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        _projects.RunAsync<GitRepository>(
            remote,
            async (project, token) => (await project.GetAsync<GitLabProject>(token)).TryGet(out var found, out var error) ? found.ToRepository() : error,
            cancellation);

    public Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation) =>
        _projects.RunAsync(
            remote,
            (project, token) => project.FindRefsAsync(
                names,
                name => FindAsync(project, Branches, name, token),
                tags => GitProject.FindAllAsync(tags, name => FindAsync(project, Tags, name, token)),
                token),
            cancellation);

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) =>
        _projects.RunAsync<GitCommit>(
            remote,
            async (project, token) =>
            {
                foreach (var kind in new[] { Branches, Tags })
                {
                    if (!(await project.FindAsync<GitLabRef>(PathOf(kind, reference), token)).TryGet(out var named, out var failure)) return failure;
                    if (named.Value?.Commit is { } commit) return commit.ToCommit();
                }

                if (!(await FindCommitAsync(project, reference, token)).TryGet(out var found, out var error)) return error;
                return found.Value?.ToCommit() ?? (Result<GitCommit>)await project.OrMissingAsync(NotFound(reference), token);
            },
            cancellation);

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GitLabRef, GitRef>(Branches, page, found => found.ToRef(), token), cancellation);

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GitLabRef, GitRef>(Tags, page, found => found.ToRef(), token), cancellation);

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation) =>
        EnsureAsync(remote, Branches, branch, commitId, new { Branch = branch, Ref = commitId }, GitErrors.BranchExists, $"The branch {branch}", cancellation);

    // Without a message it would not be an annotated tag.
    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        EnsureAsync(
            remote,
            Tags,
            tag,
            commitId,
            new { TagName = tag, Ref = commitId, Message = string.IsNullOrWhiteSpace(message) ? tag : message },
            GitErrors.TagExists,
            $"The tag {tag}",
            cancellation);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        var archived = await _projects.RunAsync(
            remote,
            (project, token) => project.ArchiveAsync("repository/archive.tar.gz?sha=" + commitId, commitId, sources, token),
            cancellation);
        if (!archived.TryGet(out var file, out var error)) return error;
        await using (file) await file.CopyToAsync(tar, cancellation);
        return Done.Value;
    }

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) =>
        _projects.RunAsync<GitComparison>(
            remote,
            async (project, token) =>
            {
                var path = $"repository/compare?from={GitProject.Escape(from)}&to={GitProject.Escape(to)}";
                if (!(await project.FindAsync<GitLabComparison>(path, token)).TryGet(out var found, out var error)) return error;
                return found.Value is { } compared
                    ? HostComparison.Of(
                        [.. compared.Commits.Select(commit => commit.ToCommit())],
                        [.. compared.Diffs.Select(diff => diff.ToChange())],
                        compared.CompareTimeout == true)
                    : await project.OrMissingAsync(GitErrors.RefNotFound.With($"The repository has no '{from}' or no '{to}'."), token);
            },
            cancellation);

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation) =>
        git.PushFirstCommitAsync(remote, first, cancellation);

    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.PageAsync<GitLabHook, GitWebhook>("hooks", page, hook => hook.ToWebhook(), token), cancellation);

    public Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation) =>
        _projects.RunAsync<string>(
            remote,
            async (project, token) =>
            {
                var made = await project.SendAsync<GitLabHook>(HttpMethod.Post, "hooks", BodyOf(order), repeatable: false, token, order.Secret);
                if (!made.TryGet(out var sent, out var error)) return error;
                if (sent.Value is { } hook) return hook.ToWebhook().Id;
                return sent.IsMissing ? await project.OrMissingAsync(sent.Refusal!, token) : sent.Refusal!;
            },
            cancellation);

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.UpdateWebhookAsync<GitLabHook>(HttpMethod.Put, webhookId, BodyOf(order), order.Secret, token), cancellation);

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation) =>
        _projects.RunAsync(remote, (project, token) => project.DeleteWebhookAsync(webhookId, token), cancellation);

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) =>
        _projects.RunAsync<GitMergeRequest>(
            remote,
            async (project, token) =>
            {
                // GitLab refuses a second open one between the same branches, so it may be sent again.
                var body = new { order.SourceBranch, order.TargetBranch, order.Title, order.Description };
                var made = await MadeOnce.RunAsync(
                    () => FindOpenAsync(project, order, token),
                    () => project.SendAsync<GitLabMergeRequest>(HttpMethod.Post, "merge_requests", body, repeatable: true, token));
                if (!made.TryGet(out var sent, out var error)) return error;
                return sent.Value?.ToMergeRequest() ?? (Result<GitMergeRequest>)await project.OrBranchMissingAsync(
                    order, sent.Refusal!, name => FindAsync(project, Branches, name, token), token);
            },
            cancellation);

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) =>
        _projects.RunAsync<GitMergeRequest>(
            remote,
            async (project, token) =>
            {
                var path = number > 0 ? string.Create(CultureInfo.InvariantCulture, $"merge_requests/{number}") : null;
                if (!(await project.FindAsync<GitLabMergeRequest>(path, token)).TryGet(out var found, out var error)) return error;
                return found.Value?.ToMergeRequest() ?? (Result<GitMergeRequest>)await project.OrMissingAsync(
                    GitErrors.MergeRequestNotFound.With(string.Create(CultureInfo.InvariantCulture, $"The repository has no merge request {number}.")), token);
            },
            cancellation);

    private const string Branches = "repository/branches";
    private const string Tags = "repository/tags";

    private static string? RootOf(string server, string path) => path.Contains('/', StringComparison.Ordinal) ? $"{server}/api/v4/projects/{GitProject.Escape(path)}" : null;

    private static string? PathOf(string kind, string name) => Refusal(kind, name) is null ? $"{kind}/{GitProject.Escape(name)}" : null;

    private static Error? Refusal(string kind, string name) => kind == Tags ? RefNames.TagRefusal(name) : RefNames.BranchRefusal(name);

    private static Error NotFound(string reference) => GitErrors.RefNotFound.With($"The repository has no branch, tag or commit '{reference}'.");

    /// <summary>The commit of a branch or tag. A tag that is on something else is there, but on no commit.</summary>
    private static async Task<Result<Found<string>>> FindAsync(GitProject project, string kind, string name, CancellationToken cancellation)
    {
        var result = await project.FindAsync<GitLabRef>(PathOf(kind, name), cancellation);
        return result.TryGet(out var found, out var error) ? new Found<string>(found.Value is null ? null : found.Value.Commit?.Id ?? "") : error;
    }

    private static Task<Result<Found<GitLabCommit>>> FindCommitAsync(GitProject project, string id, CancellationToken cancellation) =>
        project.FindAsync<GitLabCommit>(GitProject.IsCommitId(id) ? "repository/commits/" + id : null, cancellation);

    private Task<Result<Done>> EnsureAsync(
        GitRemote remote, string kind, string name, string commitId, object body, ErrorCode taken, string what, CancellationToken cancellation) =>
        _projects.RunAsync(
            remote,
            (project, token) =>
            {
                // By name it can be made only once, so it may be sent again.
                async Task<Result<Sent<string>>> MakeAsync()
                {
                    if (Refusal(kind, name) is { } unnameable) return unnameable;
                    if (!GitProject.IsCommitId(commitId)) return NotFound(commitId); // GitLab takes branches here, too
                    var made = await project.SendAsync<GitLabRef>(HttpMethod.Post, kind, body, repeatable: true, token);
                    return made.TryGet(out var sent, out var error) ? new Sent<string>(sent.Value is null ? null : sent.Value.Commit?.Id ?? "", sent.Refusal, sent.IsMissing) : error;
                }

                async Task<Result<Done>> RefusedAsync(Error refusal) =>
                    !(await FindCommitAsync(project, commitId, token)).TryGet(out var commit, out var error) ? error
                    : commit.Value is null ? await project.OrMissingAsync(NotFound(commitId), token) : refusal;

                return MadeOnce.RunAsync(commitId, () => FindAsync(project, kind, name, token), MakeAsync, taken, what, RefusedAsync);
            },
            cancellation);

    // GitLab signs deliveries (19.0 and newer) with keys in the form of Standard Webhooks, and sends the token along in any case.
    private static object BodyOf(GitWebhookOrder order) => new
    {
        order.Url,
        Token = order.Secret,
        SigningToken = IsSigningToken(order.Secret) ? order.Secret : null,
        PushEvents = order.Events.Contains(GitWebhookEvent.PUSH),
        TagPushEvents = order.Events.Contains(GitWebhookEvent.TAG_PUSH),
        EnableSslVerification = true,
    };

    private static bool IsSigningToken(string secret)
    {
        const string prefix = "whsec_";
        var key = new byte[64];
        return secret.StartsWith(prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[prefix.Length..], key, out var count) && count == 32;
    }

    private static async Task<Result<Found<GitLabMergeRequest>>> FindOpenAsync(GitProject project, GitMergeRequestOrder order, CancellationToken cancellation)
    {
        var path = $"merge_requests?state=opened&source_branch={GitProject.Escape(order.SourceBranch)}&target_branch={GitProject.Escape(order.TargetBranch)}";
        var listed = await project.ListAsync<GitLabMergeRequest>(path, 1, 100, cancellation);
        return listed.TryGet(out var open, out var error) ? new Found<GitLabMergeRequest>(open.Items.FirstOrDefault(request => request.IsWithinProject)) : error;
    }
}
