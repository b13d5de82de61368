using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.Gitee;
using ProCode.Repos.GitHub;
using ProCode.Repos.GitLab;
using ProCode.Repos.PlainGit;

namespace ProCode.Tests.Repos;

public sealed class RegisteredHostsTests
{
    [Theory]
    [InlineData(GitType.Git, typeof(PlainGitHost))]
    [InlineData(GitType.GitHub, typeof(GitHubHost))]
    [InlineData(GitType.GitLab, typeof(GitLabHost))]
    [InlineData(GitType.Gitee, typeof(GiteeHost))]
    public async Task For_EachType_IsItsOwnHost(GitType type, Type host)
    {
        var services = new ServiceCollection().AddLogging().AddOutbound().AddRepos();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton(TimeProvider.System);
        await using var provider = services.BuildServiceProvider();

        Assert.IsType(host, provider.GetRequiredService<GitHosts>().For(new GitRemote("https://example.com/a/b", null, type)));
    }
}
