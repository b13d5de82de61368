using Microsoft.Extensions.DependencyInjection;
using ProCode.Repos;

namespace ProCode.Deliveries;

/// <summary>What git hosts tell us.</summary>
public static class DeliveriesModule
{
    /// <summary>The dialects of the hosts, the deliveries, and what follows from them.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services) => services
        .AddKeyedSingleton<IHookDialect, PlainGitHooks>(GitType.Git)
        .AddKeyedSingleton<IHookDialect, GitLabHooks>(GitType.GitLab)
        .AddKeyedSingleton<IHookDialect, GitHubHooks>(GitType.GitHub)
        .AddKeyedSingleton<IHookDialect, GiteeHooks>(GitType.Gitee)
        .AddSingleton<HookDialects>().AddSingleton<DeliveryStore>().AddSingleton<TakeDelivery>()
        .AddSingleton<ApplyBranchPush>().AddSingleton<ApplyTagPush>().AddSingleton<ApplyDelivery>();
}
