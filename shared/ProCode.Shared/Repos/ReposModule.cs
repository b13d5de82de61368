using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Repos;

/// <summary>Git hosts.</summary>
public static class ReposModule
{
    /// <summary>Git over http(s), and the settings under <c>Git</c>.</summary>
    public static IServiceCollection AddRepos(this IServiceCollection services)
    {
        services.AddOptions<GitOptions>().BindConfiguration("Git").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<IGitHost, PlainGitHost>().AddSingleton<GitRemotes>().AddSingleton<TagProbe>();
    }
}
