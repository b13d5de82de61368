namespace ProCode.Tests.Repos.GitHub;

/// <summary>github.com.</summary>
public sealed class GitHubComTests(GitHubComTests.Fixture prism) : GitHubDescriptionTests(prism), IClassFixture<GitHubComTests.Fixture>
{
    public sealed class Fixture() : PrismFixture("api.github.com", "https://github.com", "https://api.github.com");
}
