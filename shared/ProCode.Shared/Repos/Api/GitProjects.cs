using ProCode.Outbound;
using ProCode.Results;

namespace ProCode.Repos.Api;

/// <summary>The repositories of one kind of host. <paramref name="rootOf"/> says where the host's API has a repository: it gets the URL of the
/// server and the path of the repository, and gives null when a path can't be one of a repository.</summary>
internal sealed class GitProjects(GitApi api, Func<string, string, string?> rootOf)
{
    /// <summary>Runs an operation that may take several calls, within the time that one call has.</summary>
    public Task<Result<T>> RunAsync<T>(
        GitRemote remote, Func<GitProject, CancellationToken, Task<Result<T>>> operation, CancellationToken cancellation) =>
        ProjectOf(remote).TryGet(out var project, out var error)
            ? api.TogetherAsync(token => operation(project, token), cancellation)
            : Task.FromResult<Result<T>>(error);

    private Result<GitProject> ProjectOf(GitRemote remote)
    {
        if (!Uri.TryCreate(remote.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            return OutboundErrors.UrlRefused.With("Only http and https URLs are called.");
        return rootOf(url.GetLeftPart(UriPartial.Authority), GitProjectPath.Of(remote.Url)) is { } root
            ? new GitProject(api, remote, root)
            : GitErrors.RepositoryUnreachable.With(
                $"{new GitFailureContext(url, remote.Credential).Where} can't be the address of a repository on this kind of host.",
                "gitRepoUrl",
                "not the address of a repository on this kind of host");
    }
}
