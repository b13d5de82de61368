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
            NewClient(provider), provider.GetRequiredService<OutboundUrls>(), provider.GetRequiredService<GitCalls>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<WebIde>(provider, NewClient(provider)));
        services.AddSingleton<SourceLimits>();
        services.AddKeyedSingleton<IGitHost>(GitType.Git, (provider, _) => provider.GetRequiredService<PlainGitHost>());
        services.AddKeyedSingleton<IGitHost>(GitType.GitHub, (provider, _) => ActivatorUtilities.CreateInstance<GitHubHost>(provider));
        services.AddKeyedSingleton<IGitHost>(GitType.GitLab, (provider, _) => ActivatorUtilities.CreateInstance<GitLabHost>(provider, provider.GetRequiredService<PlainGitHost>()));
        services.AddKeyedSingleton<IGitHost>(GitType.Gitee, (provider, _) => ActivatorUtilities.CreateInstance<GiteeHost>(provider, provider.GetRequiredService<PlainGitHost>()));
        services.AddSingleton<RepoReadings>().AddSingleton<RepoReader>();
        services.AddSingleton<NewRepo>().AddScoped<ConnectRepo>().AddScoped<RotateWebhook>();
        return services.AddSingleton<RepoStore>().AddSingleton<GitHosts>().AddSingleton<GitRemotes>().AddSingleton<TagProbe>();
    }

    // Whoever uses it has a time limit of its own.
    private static HttpClient NewClient(IServiceProvider provider) =>
        new(OutboundHandler.Create(provider.GetRequiredService<OutboundUrls>())) { Timeout = Timeout.InfiniteTimeSpan };
}
