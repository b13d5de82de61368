using System.Net;
using System.Net.Sockets;
using LibGit2Sharp;
using LibGit2Sharp.Handlers;

namespace ProCode.Contract.Tests.Git;

public sealed class ListRemoteReferencesContract(GitContract git) : IClassFixture<GitContract>
{
    private static readonly CredentialsHandler Nobody = (_, _, _) => null!;

    [Fact]
    public async Task ListRemoteReferences_BranchesAndAnnotatedTag_AreOrderedWithHeadAndPeeledTag()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var _ = repository;
        repository.ApplyTag("v1", commit, new Signature("A", "a@example.com", DateTimeOffset.UnixEpoch), "one");
        repository.Network.Push(remote, "refs/tags/v1:refs/tags/v1", new PushOptions { CredentialsProvider = git.Credentials });

        var references = Repository.ListRemoteReferences(git.Server.UrlOf(name), git.Credentials).ToList();

        Assert.Equal(["HEAD", "refs/heads/main", "refs/tags/v1", "refs/tags/v1^{}"], references.Select(reference => reference.CanonicalName));
        Assert.Equal("refs/heads/main", Assert.IsType<SymbolicReference>(references[0]).TargetIdentifier);
        Assert.Equal(commit, Assert.IsType<DirectReference>(references[1]).TargetIdentifier);
        Assert.NotEqual(commit, references[2].TargetIdentifier);
        Assert.Equal(commit, references[3].TargetIdentifier);
    }

    [Fact]
    public async Task ListRemoteReferences_EmptyRepository_IsEmpty()
    {
        await git.Server.CreateRepositoryAsync("empty", new Dictionary<string, string>(), TestContext.Current.CancellationToken);

        Assert.Empty(Repository.ListRemoteReferences(git.Server.UrlOf("empty"), git.Credentials));
    }

    [Fact]
    public void ListRemoteReferences_NoSuchRepository_ThrowsWithTheStatus()
    {
        var exception = Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences(git.Server.UrlOf("missing"), git.Credentials));

        Assert.Contains("status code: 404", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListRemoteReferences_NoCredentials_ThrowsAboutAuthentication()
    {
        var (name, _) = await git.NewServerRepositoryAsync();

        Assert.Contains("authentication required", Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences(git.Server.UrlOf(name), null!)).Message, StringComparison.Ordinal);
        Assert.Contains("authentication required", Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences(git.Server.UrlOf(name), Nobody)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListRemoteReferences_RefusedCredentials_AreAskedForAgain()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var asked = 0;
        UsernamePasswordCredentials SecondTry(string url, string user, SupportedCredentialTypes types) =>
            new() { Username = "developer", Password = ++asked == 1 ? "wrong" : git.Password };

        var references = Repository.ListRemoteReferences(git.Server.UrlOf(name), SecondTry);

        Assert.Contains(references, reference => reference.TargetIdentifier == commit);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task ListRemoteReferences_AlwaysWrongCredentials_EndsInReplays()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        CredentialsHandler wrong = (_, _, _) => new UsernamePasswordCredentials { Username = "developer", Password = "wrong" };

        var exception = Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences(git.Server.UrlOf(name), wrong));

        Assert.Contains("authentication replays", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListRemoteReferences_ProviderThrows_ThrowsItsMessage()
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        CredentialsHandler broken = (_, _, _) => throw new InvalidOperationException("no key today");

        var exception = Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences(git.Server.UrlOf(name), broken));

        Assert.Contains("no key today", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("developer@", "developer")]
    [InlineData("", null)]
    public async Task ListRemoteReferences_Provider_IsToldTheAddressAndItsUserName(string user, string? expected)
    {
        var (name, _) = await git.NewServerRepositoryAsync();
        var address = git.Server.UrlOf(name).Replace("://", "://" + user, StringComparison.Ordinal);
        var told = new List<(string Url, string? User, SupportedCredentialTypes Types)>();
        UsernamePasswordCredentials Answer(string url, string usernameFromUrl, SupportedCredentialTypes types)
        {
            told.Add((url, usernameFromUrl, types));
            return new() { Username = "developer", Password = git.Password };
        }

        Assert.NotEmpty(Repository.ListRemoteReferences(address, Answer).ToList());

        Assert.Equal((address, expected), Assert.Single(told) is var (url, given, types) && types.HasFlag(SupportedCredentialTypes.UsernamePassword) ? (url, given) : default);
    }

    [Fact]
    public void ListRemoteReferences_NobodyListens_ThrowsAboutTheConnection()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var exception = Assert.Throws<LibGit2SharpException>(
            () => Repository.ListRemoteReferences($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/a.git", Nobody));

        Assert.Contains("failed to connect", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListRemoteReferences_UnknownHost_ThrowsAboutTheAddress()
    {
        var exception = Assert.Throws<LibGit2SharpException>(() => Repository.ListRemoteReferences("http://no-such-host.invalid/a.git", Nobody));

        Assert.Contains("failed to resolve address", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListRemoteReferences_NullUrl_ThrowsArgumentNull() =>
        Assert.Throws<ArgumentNullException>(() => Repository.ListRemoteReferences(null!, Nobody));
}
