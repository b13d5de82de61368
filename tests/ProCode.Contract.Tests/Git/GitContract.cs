using LibGit2Sharp;
using LibGit2Sharp.Handlers;
using ProCode.Dev;

namespace ProCode.Contract.Tests.Git;

/// <summary>A git server and folders for tests that know nothing of LibGit2Sharp but its public API.</summary>
public sealed class GitContract : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("git-contract-");

    public GitServer Server { get; private set; } = null!;

    /// <summary>Made for each server, so that it can be searched for.</summary>
    public string Password { get; } = "secret-" + Guid.NewGuid().ToString("N");

    public CredentialsHandler Credentials => (_, _, _) => new UsernamePasswordCredentials { Username = "developer", Password = Password };

    public async ValueTask InitializeAsync() =>
        Server = await GitServer.StartAsync(Path.Combine(_root.FullName, "server"), "developer", Password, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _root.Delete(recursive: true);
    }

    public string ServerFolderOf(string name) => Path.Combine(_root.FullName, "server", name + ".git");

    public async Task<(string Name, string Commit)> NewServerRepositoryAsync()
    {
        var name = "repo-" + Guid.NewGuid().ToString("N");
        return (name, await Server.CreateRepositoryAsync(name, new Dictionary<string, string> { ["main.py"] = "print(1)\r\n" }, CancellationToken.None));
    }

    /// <summary>An empty bare repository of our own.</summary>
    public Repository NewRepository() => new(Repository.Init(Path.Combine(_root.FullName, Guid.NewGuid().ToString("N")), isBare: true));

    /// <summary>A repository of our own that holds the server's branches.</summary>
    public (Repository Repository, Remote Remote) Fetch(string name)
    {
        var repository = NewRepository();
        var remote = repository.Network.Remotes.Add("origin", Server.UrlOf(name));
        Commands.Fetch(repository, "origin", ["+refs/heads/*:refs/remotes/origin/*"], new FetchOptions { CredentialsProvider = Credentials, TagFetchMode = TagFetchMode.None }, null);
        return (repository, remote);
    }
}
