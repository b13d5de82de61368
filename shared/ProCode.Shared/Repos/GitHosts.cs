using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Repos;

/// <summary>The kinds of git hosts.</summary>
public sealed class GitHosts(IServiceProvider services)
{
    /// <summary>The host that a remote is on.</summary>
    public IGitHost For(GitRemote remote) => services.GetRequiredKeyedService<IGitHost>(remote.Type);
}
