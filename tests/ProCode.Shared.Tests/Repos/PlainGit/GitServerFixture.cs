using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Dev;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>A git server of its own for each test class, and hosts that talk to it.</summary>
public sealed class GitServerFixture : IAsyncLifetime
{
    public const string Username = "developer";
    public const string Password = "pass word=%/1";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("git-server-");

    public GitServer Server { get; private set; } = null!;

    public static GitCredential Credential { get; } = new(Username, Password);

    public async ValueTask InitializeAsync() => Server = await GitServer.StartAsync(_root.FullName, Username, Password, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _root.Delete(recursive: true);
    }

    public GitRemote RemoteOf(string name) => new(Server.UrlOf(name), Credential);

    internal static PlainGitHost NewHost(
        SourceLimits? sources = null, GitCallLimits? calls = null, bool privateNetworks = true, PlainGitLimits? limits = null) => new(
        new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = privateNetworks }),
        new GitCalls(TimeProvider.System, NullLogger<GitCalls>.Instance, calls ?? new GitCallLimits { RetryDelay = TimeSpan.FromMilliseconds(1) }),
        TimeProvider.System,
        limits ?? new PlainGitLimits(),
        sources ?? new SourceLimits());

    /// <summary>The name of a repository without a commit.</summary>
    public async Task<string> NewEmptyRepositoryAsync()
    {
        var name = "empty-" + Guid.NewGuid().ToString("N");
        await Server.CreateRepositoryAsync(name, new Dictionary<string, string>(), CancellationToken.None);
        return name;
    }

    /// <summary>The name of a repository with a history, and its branches.</summary>
    public async Task<(string Name, IReadOnlyDictionary<string, string> Branches)> NewRepositoryAsync(ImportScript script)
    {
        var name = await NewEmptyRepositoryAsync();
        await Server.ImportAsync(name, script.ToString());
        return (name, Server.BranchesOf(name));
    }

    /// <summary>A repository with one file and one commit; its name and the commit.</summary>
    public async Task<(string Name, string Commit)> NewRepositoryAsync()
    {
        var name = "repo-" + Guid.NewGuid().ToString("N");
        var files = new Dictionary<string, string> { ["main.py"] = "print('hello')\n" };
        return (name, await Server.CreateRepositoryAsync(name, files, CancellationToken.None));
    }
}
