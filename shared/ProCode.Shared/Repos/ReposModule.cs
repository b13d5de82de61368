using Microsoft.Extensions.DependencyInjection;
using ProCode.Outbound;
using ProCode.Repos.Api;
using ProCode.Repos.Gitee;
using ProCode.Repos.GitHub;
using ProCode.Repos.GitLab;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;

namespace ProCode.Repos;

/// <summary>Git hosts.</summary>
public static class ReposModule
{
    /// <summary>Git over http(s), and the settings under <c>Git</c>.</summary>
    public static IServiceCollection AddRepos(this IServiceCollection services)
    {
        services.AddOptions<GitOptions>().BindConfiguration("Git").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<GitCalls>().AddSingleton<PlainGitHost>();
        services.AddSingleton(provider => new GitApi(
            new HttpClient(OutboundHandler.Create(provider.GetRequiredService<OutboundUrls>())) { Timeout = Timeout.InfiniteTimeSpan }, // GitCalls has the limit
            provider.GetRequiredService<OutboundUrls>(), provider.GetRequiredService<GitCalls>(), provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton<IGitHost>(GitType.Git, (provider, _) => provider.GetRequiredService<PlainGitHost>());
        services.AddKeyedSingleton<IGitHost>(GitType.GitHub, (provider, _) => ActivatorUtilities.CreateInstance<GitHubHost>(provider, new SourceLimits()));
        services.AddKeyedSingleton<IGitHost>(
            GitType.GitLab, (provider, _) => new GitLabHost(provider.GetRequiredService<GitApi>(), provider.GetRequiredService<PlainGitHost>(), new SourceLimits()));
        services.AddKeyedSingleton<IGitHost>(
            GitType.Gitee, (provider, _) => new GiteeHost(provider.GetRequiredService<GitApi>(), provider.GetRequiredService<PlainGitHost>(), new SourceLimits()));
        return services.AddSingleton<GitHosts>().AddSingleton<GitRemotes>().AddSingleton<TagProbe>();
    }
}
