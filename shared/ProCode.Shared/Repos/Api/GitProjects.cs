using ProCode.Outbound;
using ProCode.Results;

namespace ProCode.Repos.Api;

/// <summary>The repositories of one kind of host. <paramref name="rootOf"/> says where the host's API has a repository: it gets the URL of the
/// server and the path of the repository, and gives null when a path can't be one of a repository.</summary>
internal sealed class GitProjects(GitApi api, TimeProvider time, GitCallLimits limits, Func<string, string, string?> rootOf)
{
    /// <summary>Runs an operation that may take several calls, within the time that one call has.</summary>
    public async Task<Result<T>> RunAsync<T>(
        GitRemote remote, Func<GitProject, CancellationToken, Task<Result<T>>> operation, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(remote.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return OutboundErrors.UrlRefused.With("Only http and https URLs are called.");
        if (rootOf(url.GetLeftPart(UriPartial.Authority), GitProjectPath.Of(remote.Url)) is not { } root)
            return GitErrors.RepositoryUnreachable.With($"{new GitFailureContext(url, remote.Credential).Where} can't be the address of a repository on this kind of host.");

        using var limit = new CancellationTokenSource(limits.Call, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await operation(new GitProject(api, remote, root), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return GitErrors.Unavailable("The git host did not answer in time.");
        }
    }
}
