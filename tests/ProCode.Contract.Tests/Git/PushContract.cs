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
    public async Task Push_NewBranch_IsToldBeforeItIsMade()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.Refs.Add("refs/heads/feature/ü", new ObjectId(commit));
        var told = new List<PushUpdate>();
        bool Agree(IEnumerable<PushUpdate> updates)
        {
            told.AddRange(updates);
            return true;
        }

        repository.Network.Push(remote, "refs/heads/feature/ü:refs/heads/feature/ü", OptionsWith(Agree));

        var update = Assert.Single(told);
        Assert.Equal(("refs/heads/feature/ü", "refs/heads/feature/ü"), (update.SourceRefName, update.DestinationRefName));
        Assert.Equal((new string('0', 40), commit), (update.SourceObjectId.Sha, update.DestinationObjectId.Sha));
        Assert.Equal(commit, git.Server.BranchesOf(name)["feature/ü"]);
    }

    [Fact]
    public async Task Push_NotAgreed_ThrowsAndChangesNothing()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        var next = repository.CommitAt(1, repository.Lookup<Commit>(commit));
        repository.Refs.Add("refs/heads/main", next.Id);
        var standing = "";
        bool Refuse(IEnumerable<PushUpdate> updates) => (standing = updates.Single().SourceObjectId.Sha) == "";

        Assert.Throws<UserCancelledException>(() => repository.Network.Push(remote, "refs/heads/main:refs/heads/main", OptionsWith(Refuse)));

        Assert.Equal((commit, commit), (standing, git.Server.BranchesOf(name)["main"]));
    }

    [Fact]
    public async Task Push_AgreedFastForward_MovesAndOtherwiseThrows()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.Refs.Add("refs/heads/next", repository.CommitAt(1, repository.Lookup<Commit>(commit)).Id);
        repository.Refs.Add("refs/heads/other", repository.CommitAt(2).Id);

        repository.Network.Push(remote, "refs/heads/next:refs/heads/main", OptionsWith(_ => true));

        Assert.NotEqual(commit, git.Server.BranchesOf(name)["main"]);
        Assert.Throws<NonFastForwardException>(() => repository.Network.Push(remote, "refs/heads/other:refs/heads/main", OptionsWith(_ => true)));
    }

    [Fact]
    public async Task Push_RefMadeWhileAgreeing_IsNotMoved()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.Refs.Add("refs/heads/x", repository.CommitAt(1, repository.Lookup<Commit>(commit)).Id);
        var errors = new List<PushStatusError>();
        bool Late(IEnumerable<PushUpdate> updates)
        {
            git.Server.ImportAsync(name, $"reset refs/heads/x\nfrom {commit}\n").GetAwaiter().GetResult();
            return true;
        }

        repository.Network.Push(
            remote,
            "refs/heads/x:refs/heads/x",
            new PushOptions { CredentialsProvider = git.Credentials, OnNegotiationCompletedBeforePush = Late, OnPushStatusError = errors.Add });

        Assert.Equal("refs/heads/x", Assert.Single(errors).Reference);
        Assert.Equal(commit, git.Server.BranchesOf(name)["x"]);
    }

    [Fact]
    public async Task Push_ProviderThatAnswersOnce_IsEnough()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;
        repository.Refs.Add("refs/heads/x", new ObjectId(commit));
        var asked = 0;
        UsernamePasswordCredentials? Once(string url, string user, SupportedCredentialTypes types) =>
            ++asked == 1 ? new() { Username = "developer", Password = git.Password } : null;

        repository.Network.Push(remote, "refs/heads/x:refs/heads/x", new PushOptions { CredentialsProvider = Once!, OnNegotiationCompletedBeforePush = _ => true });

        Assert.Equal((1, commit), (asked, git.Server.BranchesOf(name)["x"]));
    }

    [Fact]
    public async Task Push_RefThatIsNotHere_Throws()
    {
        var (name, commit) = await git.NewServerRepositoryAsync();
        var (repository, remote) = git.Fetch(name);
        using var opened = repository;

        Assert.ThrowsAny<LibGit2SharpException>(
            () => repository.Network.Push(remote, "refs/heads/nothing:refs/heads/main", new PushOptions { CredentialsProvider = git.Credentials }));

        Assert.Equal(commit, git.Server.BranchesOf(name)["main"]);
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

    private PushOptions OptionsWith(LibGit2Sharp.Handlers.PrePushHandler handler) =>
        new() { CredentialsProvider = git.Credentials, OnNegotiationCompletedBeforePush = handler };
}
