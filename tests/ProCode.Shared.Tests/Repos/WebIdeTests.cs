using System.Net;
using Microsoft.Extensions.Options;
using ProCode.Outbound;
using ProCode.Repos;

namespace ProCode.Tests.Repos;

public sealed class WebIdeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(GitType.GitLab, "https://gitlab.test/group/sub/agent.git", "feature/a b", "https://gitlab.test/-/ide/project/group/sub/agent/edit/feature/a%20b/-/")]
    [InlineData(GitType.GitHub, "https://github.com/team/agent.git", "main", "https://github.dev/team/agent/tree/main")]
    [InlineData(GitType.GitHub, "https://github.corp.test/team/agent.git", "main", "https://code.test/?repo=https%3A%2F%2Fgithub.corp.test%2Fteam%2Fagent.git&branch=main")]
    [InlineData(GitType.Gitee, "https://gitee.com/team/agent", "x&y", "https://code.test/?repo=https%3A%2F%2Fgitee.com%2Fteam%2Fagent&branch=x%26y")]
    public async Task FindAsync_ItAnswers_GivesItsAddress(GitType type, string repo, string branch, string expected)
    {
        var (ide, _) = NewIde("https://code.test/?repo={url}&branch={branch}", HttpStatusCode.Found);

        var link = await ide.FindAsync(RepoOf(type, repo), branch, default);

        Assert.Equal((expected, true, null), (link.Url!.AbsoluteUri, link.Available, link.Hint));
    }

    [Fact]
    public async Task FindAsync_NoIdeForThisHost_TellsHowToWorkLocally()
    {
        var (ide, web) = NewIde(template: null, HttpStatusCode.OK);

        var link = await ide.FindAsync(RepoOf(GitType.Git, "https://git.test/agent.git"), "it's", default);

        Assert.Equal((null, false), (link.Url, link.Available));
        Assert.EndsWith(@"git clone --branch 'it'\''s' 'https://git.test/agent.git'", link.Hint, StringComparison.Ordinal);
        Assert.Equal(0, web.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(null)]
    public async Task FindAsync_ItIsDown_IsNotAvailableAndAskedOnceAMinute(HttpStatusCode? status)
    {
        var (ide, web) = NewIde(template: null, status);
        var repo = RepoOf(GitType.GitLab, "https://gitlab.test/team/agent.git");

        Assert.False((await ide.FindAsync(repo, "main", default)).Available);
        Assert.Contains("git clone --branch 'main'", (await ide.FindAsync(repo, "main", default)).Hint, StringComparison.Ordinal);

        Assert.Equal(1, web.Asked);
        web.Status = HttpStatusCode.OK;
        web.Time.Now += TimeSpan.FromMinutes(1);
        Assert.True((await ide.FindAsync(repo, "main", default)).Available);
        Assert.Equal(2, web.Asked);
    }

    [Fact]
    public async Task FindAsync_AnAddressThatMayNotBeCalled_IsNotAsked()
    {
        var (ide, web) = NewIde(template: null, HttpStatusCode.OK, address: "10.0.0.1");

        Assert.False((await ide.FindAsync(RepoOf(GitType.GitLab, "https://gitlab.test/team/agent.git"), "main", default)).Available);
        Assert.Equal(0, web.Asked);
    }

    private static Repo RepoOf(GitType type, string url) => new(1, 1, url, type, null, Now);

    private static (WebIde Ide, ScriptedWeb Web) NewIde(string? template, HttpStatusCode? status, string address = "8.8.8.8")
    {
        var web = new ScriptedWeb { Status = status };
        var urls = new OutboundUrls(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));
        return (new WebIde(new HttpClient(web), urls, reader: null!, Options.Create(new GitOptions { WebIdeUrlTemplate = template }), web.Time), web);
    }

    private sealed class ScriptedWeb : HttpMessageHandler
    {
        public HttpStatusCode? Status { get; set; }

        public int Asked { get; private set; }

        public MovableNow Time { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Status is { } status ? Task.FromResult(new HttpResponseMessage(status)) : throw new HttpRequestException("Nobody is there.");
        }
    }

    private sealed class MovableNow : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = WebIdeTests.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
