using LibGit2Sharp;

namespace ProCode.Contract.Tests.Git;

public sealed class PushContract(GitContract git) : IClassFixture<GitContract>
{
    private static readonly Signature Tagger = new("A", "a@example.com", DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Push_NewTag_IsOnTheServer()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.ApplyTag("v1", commit, Tagger, "one");

        repository.Network.Push(remote, "refs/tags/v1:refs/tags/v1", new PushOptions { CredentialsProvider = git.Credentials });

        Assert.Equal(commit, git.Server.TagsOf(name)["v1"]);
    }

    [Fact]
    public async Task Push_OverAnotherTag_ThrowsNonFastForward()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (one, remoteOfOne) = git.Fetch(name);
        var (two, remoteOfTwo) = git.Fetch(name);
        using var openedOne = one;
        using var openedTwo = two;
        one.ApplyTag("v1", commit, Tagger, "one");
        two.ApplyTag("v1", commit, Tagger, "two");
        one.Network.Push(remoteOfOne, "refs/tags/v1:refs/tags/v1", new PushOptions { CredentialsProvider = git.Credentials });

        Assert.Throws<NonFastForwardException>(
            () => two.Network.Push(remoteOfTwo, "refs/tags/v1:refs/tags/v1", new PushOptions { CredentialsProvider = git.Credentials }));
    }

    [Fact]
    public async Task Push_RefusedByTheServer_IsToldToTheCallback()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the server's hook is a shell script");
        var (name, commit) = await git.NewServerRepositoryAsync();
        var hook = Path.Combine(git.ServerFolderOf(name), "hooks", "pre-receive");
        await File.WriteAllTextAsync(hook, "#!/bin/sh\nexit 1\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) // said above; the analyzer wants it here
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.ApplyTag("v1", commit, Tagger, "one");
        var errors = new List<PushStatusError>();

        repository.Network.Push(remote, "refs/tags/v1:refs/tags/v1", new PushOptions { CredentialsProvider = git.Credentials, OnPushStatusError = errors.Add });

        var error = Assert.Single(errors);
        Assert.Equal("refs/tags/v1", error.Reference);
        Assert.Contains("declined", error.Message, StringComparison.Ordinal);
    }
}
