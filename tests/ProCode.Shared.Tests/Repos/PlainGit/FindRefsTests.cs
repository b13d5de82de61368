using System.Net;
using System.Net.Sockets;
using ProCode.Outbound;
using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class FindRefsTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    private static readonly GitRefNames Names = new(["main"], ["v1.0.0"]);

    [Fact]
    public async Task FindRefsAsync_BranchesAndTags_AreShortNamesOfCommits()
    {
        var (name, first) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();
        Assert.True((await host.EnsureTagAsync(git.RemoteOf(name), "v1.0.0", first, "First", default)).Succeeded);
        var second = await git.Server.CommitAsync(name, [new("main.py", "print(2)\n")], "feature/two");

        var names = new GitRefNames(["feature/two", "main", "main", "none"], ["v1.0.0", "main"]);
        var refs = (await host.FindRefsAsync(git.RemoteOf(name), names, default)).Value;

        Assert.Equal(new GitRepository("main", IsEmpty: false), (await host.GetRepositoryAsync(git.RemoteOf(name), default)).Value);
        Assert.Equal(new Dictionary<string, string> { ["main"] = first, ["feature/two"] = second }, refs.Branches);
        Assert.Equal(new Dictionary<string, string> { ["v1.0.0"] = first }, refs.Tags); // peeled: the tag object has another id
    }

    [Fact]
    public async Task FindRefsAsync_EmptyRepository_HasNoRefs()
    {
        var name = await git.NewEmptyRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var refs = (await host.FindRefsAsync(git.RemoteOf(name), Names, default)).Value;

        Assert.Equal(new GitRepository(null, IsEmpty: true), (await host.GetRepositoryAsync(git.RemoteOf(name), default)).Value);
        Assert.Empty(refs.Branches);
        Assert.Empty(refs.Tags);
    }

    [Fact]
    public async Task FindRefsAsync_WrongPassword_IsAccessDeniedAndAskedOnce()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(new GitRemote(git.Server.UrlOf(name), new GitCredential("developer", "not-it-7731")), Names, default)).Error;

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
        Assert.DoesNotContain("not-it-7731", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRefsAsync_NoCredential_IsAccessDenied()
    {
        var (name, _) = await git.NewRepositoryAsync();
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(new GitRemote(git.Server.UrlOf(name), null), Names, default)).Error;

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
    }

    [Fact]
    public async Task FindRefsAsync_NoSuchRepository_IsUnreachableWithTheHostsReason()
    {
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(git.RemoteOf("missing"), Names, default)).Error;

        Assert.Equal(GitErrors.RepositoryUnreachable, error!.Code);
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRefsAsync_UrlWithQuery_DoesNotRepeatTheQuery()
    {
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(new GitRemote(git.Server.UrlOf("missing") + "?token=abc123", GitServerFixture.Credential), Names, default)).Error;

        Assert.DoesNotContain("abc123", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRefsAsync_NobodyListens_IsUnreachableWithATimeToTryAgain()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, so that nobody else gets the port, but not listening
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(new GitRemote($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/a.git", null), Names, default)).Error;

        Assert.Equal(GitErrors.HostUnreachable, error!.Code);
        Assert.NotNull(error.RetryAfter);
    }

    [Fact]
    public async Task FindRefsAsync_UnknownHost_IsUnreachable()
    {
        var host = GitServerFixture.NewHost();

        var error = (await host.FindRefsAsync(new GitRemote("http://no-such-host.invalid/a.git", null), Names, default)).Error;

        Assert.Equal(GitErrors.HostUnreachable, error!.Code);
    }

    [Fact]
    public async Task FindRefsAsync_LoopbackNotAllowed_IsRefusedWithoutACall()
    {
        var host = GitServerFixture.NewHost(privateNetworks: false);
        var before = git.Server.RequestCount;

        var error = (await host.FindRefsAsync(git.RemoteOf("any"), Names, default)).Error;

        Assert.Equal(OutboundErrors.UrlRefused, error!.Code);
        Assert.Equal(before, git.Server.RequestCount);
    }

    [Fact]
    public async Task FindRefsAsync_CallerGivesUp_IsCanceled()
    {
        var host = GitServerFixture.NewHost();
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.FindRefsAsync(git.RemoteOf("any"), Names, canceled.Token));
    }
}
