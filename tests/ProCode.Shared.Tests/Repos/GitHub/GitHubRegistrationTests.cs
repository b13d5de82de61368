using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.GitHub;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubRegistrationTests
{
    [Fact]
    public async Task AddRepos_RemoteOnGitHub_IsServedByItsClient()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        await using var provider = services.AddOutbound().AddRepos().BuildServiceProvider();
        var hosts = provider.GetRequiredService<GitHosts>();
        var remote = new GitRemote("https://github.com/o/r", null, GitType.GitHub);

        Assert.IsType<GitHubHost>(hosts.For(remote));
        Assert.Same(hosts.For(remote), hosts.For(remote));
    }
}
