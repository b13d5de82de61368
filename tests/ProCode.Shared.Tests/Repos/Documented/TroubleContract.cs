using System.Text;
using System.Text.Json.Nodes;
using ProCode.Repos;

namespace ProCode.Tests.Repos.Documented;

/// <summary>A host that refuses, is overworked, is down, or is no such host at all.</summary>
public abstract class TroubleContract : HostContract
{
    private static readonly GitRefNames Names = new(["main"], ["v1"]);

    private protected TroubleContract(DocumentedServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task Calls_WrongToken_AreAccessDeniedAndMadeOnce()
    {
        var stranger = Server.RemoteOf(Server.ProjectPath, "another-t0ken");

        var error = (await Host.GetRepositoryAsync(stranger, default)).Error!;

        Assert.Equal(GitErrors.AccessDenied, error.Code);
        Assert.DoesNotContain("another-t0ken", error.Message, StringComparison.Ordinal);
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Calls_Forbidden_AreAccessDeniedInTheHostsWordsWithoutTheToken()
    {
        Server.Instead = _ => DocumentedServer.Problem(403, $"403 Forbidden: {DocumentedServer.Token} has no scope");

        Assert.Contains("has no scope", Fails(GitErrors.AccessDenied, await Host.FindRefsAsync(Remote, Names, default)).Message, StringComparison.Ordinal);
        Fails(GitErrors.AccessDenied, await Host.EnsureBranchAsync(Remote, "new", new string('a', 40), default));
        Fails(GitErrors.AccessDenied, await Host.ArchiveAsync(Remote, new string('a', 40), Stream.Null, default));
        Fails(GitErrors.AccessDenied, await Host.ListWebhooksAsync(Remote, new GitPageRequest(1), default));
        Fails(GitErrors.AccessDenied, await Host.GetMergeRequestAsync(Remote, 1, default));
        Fails(GitErrors.AccessDenied, await Host.CompareAsync(Remote, "main", "new", default));
    }

    [Fact]
    public async Task Calls_TooMany_SayWhenToComeBack()
    {
        Server.Instead = _ => DocumentedServer.Problem(429, "Retry later") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "42" } };

        Assert.Equal(TimeSpan.FromSeconds(42), Fails(GitErrors.RateLimited, await Host.FindRefsAsync(Remote, new GitRefNames(["main"], []), default)).RetryAfter);
        Assert.Single(Server.Requests); // 42 s is longer than a call
    }

    [Theory]
    [InlineData("RateLimit-")]
    [InlineData("X-RateLimit-")]
    public async Task Calls_LimitIsUsedUp_SayWhenItIsCountedAnew(string prefix)
    {
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(100).ToUnixTimeSeconds();
        Server.Instead = _ => DocumentedServer.Problem(429, "Too many") with
        {
            Headers = new Dictionary<string, string> { [prefix + "Remaining"] = "0", [prefix + "Reset"] = $"{reset}" },
        };

        var error = Fails(GitErrors.RateLimited, await Host.GetRepositoryAsync(Remote, default));

        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 90, 101);
    }

    [Fact]
    public async Task Calls_TooManyForAMoment_AreMadeAgain()
    {
        Project.Commit();
        var calls = 0;
        Server.Instead = _ => calls++ == 0 ? DocumentedServer.Problem(429, "Retry later") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "0" } } : null;

        Ok(await Host.GetRepositoryAsync(Remote, default));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Reads_HostIsUnwellForAMoment_AreMadeAgain(int status)
    {
        Project.Commit();
        var calls = 0;
        Server.Instead = _ => calls++ < 2 ? DocumentedServer.Problem(status, "Whoops") : null;

        Assert.Single(Ok(await Host.FindRefsAsync(Remote, new GitRefNames(["main"], []), default)).Branches);
    }

    [Fact]
    public async Task Calls_HostStaysUnwell_AreUnavailableWithATimeToTryAgain()
    {
        Server.Instead = _ => DocumentedServer.Problem(503, "Down for maintenance") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "120" } };

        Assert.Equal(TimeSpan.FromSeconds(120), Fails(GitErrors.HostUnavailable, await Host.GetRepositoryAsync(Remote, default)).RetryAfter);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public async Task Calls_HostIsStopped_AreUnreachableThenWorkAgainElsewhere()
    {
        Project.Commit();
        Ok(await Host.GetRepositoryAsync(Remote, default));
        var remote = Remote;
        await Server.StopAsync();

        Assert.NotNull(Fails(GitErrors.HostUnreachable, await Host.GetRepositoryAsync(remote, default)).RetryAfter);
        Assert.NotNull(Fails(GitErrors.HostUnreachable, await Host.EnsureTagAsync(remote, "v1", new string('a', 40), "x", default)).RetryAfter);
        Assert.NotNull(Fails(GitErrors.HostUnreachable, await Host.ArchiveAsync(remote, new string('a', 40), Stream.Null, default)).RetryAfter);
    }

    [Fact]
    public async Task Reads_AnswersBreakOffEveryTime_AreUnavailable()
    {
        Project.Commit();
        Server.Afterwards = (_, answer) => answer with { BreaksOff = true };

        Assert.NotNull(Fails(GitErrors.HostUnavailable, await Host.GetRepositoryAsync(Remote, default)).RetryAfter);
        Assert.NotNull(Fails(GitErrors.HostUnavailable, await Host.ListTagsAsync(Remote, new GitPageRequest(5), default)).RetryAfter);
    }

    [Fact]
    public async Task Operations_ManySlowCalls_EndInTheTimeOfOne()
    {
        var host = Server.NewHost(new GitCallLimits { Call = TimeSpan.FromMilliseconds(400), CircuitCalls = 1000 });
        Server.Instead = _ => DocumentedServer.Problem(404, "Not Found") with { Delay = TimeSpan.FromMilliseconds(150) };
        var begun = TimeProvider.System.GetTimestamp();

        Fails(GitErrors.HostUnavailable, await host.FindRefsAsync(Remote, new GitRefNames([.. Enumerable.Range(0, 100).Select(i => $"b{i}")], []), default));

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0.3, 5);
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"id\":{},\"name\":7}")]
    public async Task Calls_AnswerIsNotAsDocumented_AreUnreachable(string body)
    {
        Server.Instead = call => new FakeAnswer(call.Endpoint.Fixture.Answer.Status == 204 ? 200 : call.Endpoint.Fixture.Answer.Status) { Bytes = Encoding.UTF8.GetBytes(body) };

        foreach (var result in new[]
        {
            (await Host.GetRepositoryAsync(Remote, default)).Error,
            (await Host.FindRefsAsync(Remote, new GitRefNames(["main"], []), default)).Error,
            (await Host.FindCommitAsync(Remote, "main", default)).Error,
            (await Host.CompareAsync(Remote, "main", "new", default)).Error,
            (await Host.CreateWebhookAsync(Remote, new GitWebhookOrder("https://procode.example.com", "s", []), default)).Error,
            (await Host.GetMergeRequestAsync(Remote, 1, default)).Error,
            body == "[]" ? GitErrors.RepositoryUnreachable.With("") : (await Host.ListBranchesAsync(Remote, new GitPageRequest(1), default)).Error,
        })
        {
            Assert.Equal(GitErrors.RepositoryUnreachable.Name, result?.Code.Name);
        }
    }

    [Fact]
    public async Task Calls_ReasonIsAnObject_IsToldInOneLine()
    {
        Project.Commit();
        Server.Instead = call => call.Endpoint.Name == "create-hook"
            ? new FakeAnswer(422, new JsonObject { ["message"] = new JsonObject { ["url"] = new JsonArray("is blocked:\nlocal network") } }) : null;

        var error = Fails(GitErrors.RequestRefused, await Host.CreateWebhookAsync(Remote, new GitWebhookOrder("https://127.0.0.1", "secret", []), default));

        Assert.Contains("is blocked", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ssh://host/a/b")]
    public async Task Calls_AddressOfAnotherKind_AreRefused(string url)
    {
        var remote = new GitRemote(url, null, Server.Type);

        Assert.Equal("OUTBOUND_URL_REFUSED", (await Host.GetRepositoryAsync(remote, default)).Error!.Code.Name);
    }

    [Theory]
    [InlineData("alone")]
    [InlineData("")]
    public async Task Calls_PathOfNoRepository_AreUnreachableWithoutACall(string path)
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.GetRepositoryAsync(Server.RemoteOf(path), default));

        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Calls_CallerGivesUp_AreCanceled()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Host.FindRefsAsync(Remote, Names, canceled.Token));
    }

    [Fact]
    public async Task Calls_RepositoryHasMoved_AreFollowedForReadingOnly()
    {
        Project.Commit();
        Server.Instead = call => call.Path.Values.Any(part => part.EndsWith("old", StringComparison.Ordinal)) ? new FakeAnswer(301)
        {
            Headers = new Dictionary<string, string> { ["Location"] = ApiRoot + (call.Endpoint.Name == "list-branches" ? "/branches?page=1&per_page=1" : "") },
        }
            : null;
        var old = Server.RemoteOf("old/old");

        Assert.Equal("main", Ok(await Host.GetRepositoryAsync(old, default)).DefaultBranch);
        Fails(GitErrors.RepositoryUnreachable, await Host.CreateWebhookAsync(old, new GitWebhookOrder("https://procode.example.com", "secret", []), default));
        Assert.Empty(Project.Hooks);
    }

    /// <summary>Where the API has a repository.</summary>
    private protected abstract string ApiRoot { get; }
}
