using LibGit2Sharp;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>Branches and tags of a repository on GitHub, by the endpoints of git itself: unlike the one for branches they neither follow
/// a renamed branch to another one nor guess.</summary>
internal sealed class GitHubRefs(GitHubRepository repository)
{
    private const string Branches = "heads/";
    private const string Tags = "tags/";

    // GitHub asks for few requests at the same time.
    private const int AtOnce = 8;

    // A tag may name a tag; nobody nests them deeper.
    private const int MaxTagDepth = 10;

    /// <summary>Whether this is the full id of a commit, as git writes it.</summary>
    public static bool IsFullId(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The names that exist; one that stands for no commit is left out.</summary>
    public async Task<Result<GitRefs>> FindAsync(GitRefNames names, CancellationToken cancellation)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var wanted = names.Branches.Select(name => Branches + name).Concat(names.Tags.Select(name => Tags + name)).Distinct(StringComparer.Ordinal).ToList();
        var isThere = false;
        foreach (var some in wanted.Where(IsValid).Chunk(AtOnce))
        {
            foreach (var (name, looked) in some.Zip(await Task.WhenAll(some.Select(name => LookAsync(name, cancellation)))))
            {
                if (!looked.TryGet(out var standing, out var error)) return error;
                if (standing.CommitId is { } commit) found[name] = commit;
                isThere |= standing.IsKnown;
            }
        }

        // 404 says as well that there is no repository.
        if (!isThere && !(await repository.GetAsync(cancellation)).TryGet(out _, out var missing)) return missing;
        return new GitRefs(Under(Branches), Under(Tags));

        Dictionary<string, string> Under(string prefix) => found.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(one => one.Key[prefix.Length..], one => one.Value, StringComparer.Ordinal);
    }

    /// <summary>The id that a branch, a tag or a full commit id stands for, in this order; a full id is not looked up.</summary>
    public async Task<Result<string>> ResolveAsync(string reference, CancellationToken cancellation)
    {
        if (!(await FindAsync(new GitRefNames([reference], [reference]), cancellation)).TryGet(out var refs, out var error)) return error;
        if (refs.Branches.TryGetValue(reference, out var id) || refs.Tags.TryGetValue(reference, out id)) return id;
        return IsFullId(reference) ? reference : repository.RefNotFound($"branch, tag or commit '{reference}'");
    }

    /// <summary>A commit by its full id; a branch or tag of that name is something else.</summary>
    public async Task<Result<GitCommit>> CommitAsync(string id, CancellationToken cancellation)
    {
        if (!(await repository.GetAsync<GitHubAnswers.Commit>("/git/commits/" + id, cancellation)).TryGet(out var answer, out var error)) return error;
        return answer.Value is { } commit
            ? GitCommit.Of(
                commit.Sha, commit.Message, commit.Author.Name ?? "", commit.Author.Date ?? DateTimeOffset.UnixEpoch,
                [.. commit.Parents.Select(parent => parent.Sha)])
            : repository.RefNotFound($"commit {id}");
    }

    public Task<Result<Done>> EnsureBranchAsync(string branch, string commitId, CancellationToken cancellation)
    {
        var invalid = GeneralErrors.Invalid.With($"'{branch}' can't be the name of a branch.", "branch", "not a valid git branch name");
        var exists = GitErrors.BranchExists.With($"The branch {branch} already exists on another commit than {commitId}.");
        return IsValidName(Branches, branch)
            ? CreateAsync(Branches + branch, commitId, commitId, exists, cancellation)
            : Task.FromResult<Result<Done>>(invalid);
    }

    public async Task<Result<Done>> EnsureTagAsync(string tag, string commitId, string message, CancellationToken cancellation)
    {
        if (!IsValidName(Tags, tag)) return GeneralErrors.Invalid.With($"'{tag}' can't be the name of a tag.", "tag", "not a valid git tag name");
        var exists = GitErrors.TagExists.With($"The tag {tag} already exists on another commit than {commitId}.");
        if (!(await LookAsync(Tags + tag, cancellation)).TryGet(out var standing, out var error)) return error;
        if (standing.Exists) return standing.CommitId == commitId ? Done.Value : exists;
        if (!IsFullId(commitId)) return repository.RefNotFound($"commit '{commitId}'");

        // The tag's object first: nobody sees it, and it may be made twice, until the name stands for it.
        var made = await repository.SendAsync<GitHubAnswers.Tag>(
            HttpMethod.Post, "/git/tags", new { Tag = tag, Message = message, Object = commitId, Type = "commit" }, cancellation, repeatable: true);
        if (!made.TryGet(out var answer, out error)) return error;
        return answer.Value is { } annotated
            ? await CreateAsync(Tags + tag, annotated.Sha, commitId, exists, cancellation)
            : await WhyNotAsync(answer, commitId, cancellation);
    }

    // A name is made once only, so this may be sent again: what stands there then decides.
    private async Task<Result<Done>> CreateAsync(string name, string target, string commitId, Error exists, CancellationToken cancellation)
    {
        if (!IsFullId(commitId)) return repository.RefNotFound($"commit '{commitId}'");
        var made = await repository.SendAsync<GitHubAnswers.Reference>(
            HttpMethod.Post, "/git/refs", new { Ref = "refs/" + name, Sha = target }, cancellation, repeatable: true);
        if (!made.TryGet(out var answer, out var error)) return error;
        if (answer.Value is not null) return Done.Value;
        if (answer.IsNotFound || answer.IsEmptyRepository) return await WhyNotAsync(answer, commitId, cancellation);
        if (!(await LookAsync(name, cancellation)).TryGet(out var standing, out error)) return error;
        if (!standing.Exists) return await WhyNotAsync(answer, commitId, cancellation);
        return standing.CommitId == commitId ? Done.Value : exists;
    }

    // GitHub's words for a commit that it doesn't have differ; whether it has it can be asked.
    private async Task<Error> WhyNotAsync<T>(GitHubAnswer<T> answer, string commitId, CancellationToken cancellation)
        where T : class
    {
        if (answer.IsNotFound) return await repository.DeniedAsync("write to", cancellation);
        if (answer.IsEmptyRepository) return repository.RefNotFound($"commit {commitId}: it is empty");
        return (await CommitAsync(commitId, cancellation)).TryGet(out _, out var error) ? answer.Refusal! : error;
    }

    private async Task<Result<Standing>> LookAsync(string name, CancellationToken cancellation)
    {
        var looked = await repository.GetAsync<GitHubAnswers.Reference>("/git/ref/" + Uri.EscapeDataString(name), cancellation);
        if (!looked.TryGet(out var answer, out var error)) return error;
        if (answer.Value is not { } found || found.Ref != "refs/" + name) return new Standing(Exists: false, CommitId: null, IsKnown: !answer.IsNotFound);
        var target = found.Object;
        for (var depth = 0; target.Type == "tag" && depth < MaxTagDepth; depth++)
        {
            if (!(await repository.GetAsync<GitHubAnswers.Tag>("/git/tags/" + target.Sha, cancellation)).TryGet(out var tag, out error)) return error;
            if (tag.Value is null) return GitErrors.Unavailable($"GitHub shows {name} but not what it names.");
            target = tag.Value.Object;
        }

        return new Standing(Exists: true, target.Type == "commit" ? target.Sha : null, IsKnown: true);
    }

    // What can't be a name is not asked for: it could be the path of something else.
    private static bool IsValid(string name) => Reference.IsValidName("refs/" + name);

    private static bool IsValidName(string prefix, string name) => name.Length > 0 && name[0] != '-' && IsValid(prefix + name);

    /// <summary>What stands under a name. <paramref name="CommitId"/> is null when that is no commit; <paramref name="IsKnown"/> is set when the
    /// answer could only come from a repository that is there.</summary>
    private sealed record Standing(bool Exists, string? CommitId, bool IsKnown);
}
