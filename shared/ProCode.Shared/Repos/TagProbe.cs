using Microsoft.Extensions.Options;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>
/// Asks the git host, within a budget, whether a phase could be carried out. Only a clear no is an answer: a host that is slow or down
/// refuses nothing, because the run's first stage finds out in its own time and says so.
/// </summary>
public sealed class TagProbe(GitHosts hosts, IOptions<GitOptions> options, TimeProvider time)
{
    /// <summary>Why the commit can't be made out or its tag or branch not be made, or null.</summary>
    public async Task<Error?> RefusalAsync(GitRemote remote, PhaseRefs wanted, CancellationToken cancellation)
    {
        if (await AskAsync(token => hosts.For(remote).FindRefsAsync(remote, wanted.Names, token), options.Value.ReleaseProbeTimeout, cancellation) is not { } answer)
            return null;
        if (!answer.TryGet(out var refs, out var error)) return error.Kind == ErrorKind.Unavailable ? null : error;
        return wanted.Resolve(refs).TryGet(out _, out error) ? null : error;
    }

    /// <summary>Why the repository can't be used, or null.</summary>
    public async Task<Error?> RefusalAsync(GitRemote remote, CancellationToken cancellation)
    {
        if (await AskAsync(token => hosts.For(remote).GetRepositoryAsync(remote, token), options.Value.ProbeTimeout, cancellation) is not { } answer) return null;
        if (answer.TryGet(out _, out var error) || (error.Kind == ErrorKind.Unavailable && error.Code != GitErrors.HostUnreachable)) return null;
        return error.Code == GitErrors.RepositoryUnreachable ? error : GitErrors.RepositoryUnreachable.With(error.Message, "gitRepoUrl", error.Code.Name);
    }

    private async Task<Result<T>?> AskAsync<T>(Func<CancellationToken, Task<Result<T>>> ask, TimeSpan budget, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asking = ask(limit.Token);
        try
        {
            return await asking.WaitAsync(budget, time, cancellation);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync();
            _ = asking.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return null;
        }
    }
}
