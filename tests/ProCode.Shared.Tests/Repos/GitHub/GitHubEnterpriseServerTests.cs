namespace ProCode.Tests.Repos.GitHub;

/// <summary>The newest GitHub Enterprise Server that is described, whose API is on the host's own address.</summary>
public sealed class GitHubEnterpriseServerTests(GitHubEnterpriseServerTests.Fixture prism)
    : GitHubDescriptionTests(prism), IClassFixture<GitHubEnterpriseServerTests.Fixture>
{
    public sealed class Fixture() : PrismFixture("ghes-3.19", "https://git.example.com", "https://git.example.com/api/v3");
}
