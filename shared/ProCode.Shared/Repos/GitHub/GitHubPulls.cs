using System.Globalization;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>The pull requests of a repository on GitHub between branches of its own.</summary>
internal sealed class GitHubPulls(GitHubRepository repository)
{
    private const string Path = "/pulls";

    public async Task<Result<GitMergeRequest>> CreateAsync(GitMergeRequestOrder order, CancellationToken cancellation)
    {
        var body = new { order.Title, Head = order.SourceBranch, Base = order.TargetBranch, Body = order.Description };
        var made = await repository.SendAsync<GitHubAnswers.Pull>(HttpMethod.Post, Path, body, cancellation);
        if (!made.TryGet(out var answer, out var error)) return error;
        if (answer.Value is { } pull) return ToMergeRequest(pull);
        if (answer.IsNotFound) return await repository.DeniedAsync("ask for merges in", cancellation);

        // 422: there is one already, or a branch isn't there, or GitHub has another reason.
        if (!(await FindOpenAsync(order, cancellation)).TryGet(out var open, out error)) return error;
        if (open.Count > 0) return open[0];
        string[] branches = [order.SourceBranch, order.TargetBranch];
        if (!(await new GitHubRefs(repository).FindAsync(new GitRefNames(branches, []), cancellation)).TryGet(out var refs, out error)) return error;
        foreach (var branch in branches)
        {
            if (!refs.Branches.ContainsKey(branch)) return repository.RefNotFound($"branch '{branch}'");
        }

        return answer.Refusal!;
    }

    public async Task<Result<GitMergeRequest>> GetAsync(long number, CancellationToken cancellation)
    {
        var missing = GitErrors.MergeRequestNotFound.With($"The repository has no pull request {number}.");
        if (number <= 0) return missing;
        var path = string.Create(CultureInfo.InvariantCulture, $"{Path}/{number}");
        if (!(await repository.GetAsync<GitHubAnswers.Pull>(path, cancellation)).TryGet(out var answer, out var error)) return error;
        if (answer.Value is { } pull) return ToMergeRequest(pull);
        return answer.IsNotFound ? await repository.MissingAsync(missing, cancellation) : answer.Refusal!;
    }

    private async Task<Result<IReadOnlyList<GitMergeRequest>>> FindOpenAsync(GitMergeRequestOrder order, CancellationToken cancellation)
    {
        var (head, target) = (Uri.EscapeDataString($"{repository.Owner}:{order.SourceBranch}"), Uri.EscapeDataString(order.TargetBranch));
        var found = await repository.GetAsync<List<GitHubAnswers.Pull>>($"{Path}?state=open&head={head}&base={target}&per_page=100", cancellation);
        if (!found.TryGet(out var answer, out var error)) return error;
        if (answer.Value is null) return answer.Refusal!;

        // The owner may have a fork beside it, with a branch of the same name.
        return answer.Value
            .Where(pull => pull.Head.Ref == order.SourceBranch && pull.Base.Ref == order.TargetBranch && pull.Head.Repo?.Id == pull.Base.Repo?.Id)
            .Select(ToMergeRequest).ToList();
    }

    private static GitMergeRequest ToMergeRequest(GitHubAnswers.Pull pull) => new(
        pull.Number,
        pull.Title,
        pull.MergedAt is not null ? GitMergeRequestState.MERGED : pull.State == "open" ? GitMergeRequestState.OPEN : GitMergeRequestState.CLOSED,
        pull.Head.Ref,
        pull.Base.Ref,
        pull.Head.Sha,
        pull.HtmlUrl);
}
