using ProCode.Repos;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubPullTests
{
    private const string Open = "GET /pulls?state=open&head=o%3Afeature%2Fa&base=main&per_page=100";
    private static readonly GitMergeRequestOrder Order = new("feature/a", "main", "Title", "What it does");

    [Fact]
    public async Task CreateMergeRequestAsync_New_IsMade()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /pulls", ScriptedAnswer.Json(Pull(3), 201));

        var made = (await github.Host.CreateMergeRequestAsync(github.Remote, Order, default)).Value;

        Assert.Equal(new GitMergeRequest(3, "Title", GitMergeRequestState.OPEN, "feature/a", "main", GitHubFixture.First, "https://github.example/o/r/pull/3"), made);
        Assert.Equal("""{"title":"Title","head":"feature/a","base":"main","body":"What it does"}""", Assert.Single(github.Server.Requests).Body);
    }

    [Fact]
    public async Task CreateMergeRequestAsync_OpenOneIsThere_IsGivenAndOneOfAForkIsNot()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /pulls", GitHubFixture.Refusal("A pull request already exists for o:feature/a."))
            .On(Open, ScriptedAnswer.Json(new[] { Pull(4, headRepository: 99), Pull(5) }));

        Assert.Equal(5, (await github.Host.CreateMergeRequestAsync(github.Remote, Order, default)).Value.Number);
    }

    [Theory]
    [InlineData(true, "GIT_REQUEST_REFUSED")]
    [InlineData(false, "GIT_REF_NOT_FOUND")]
    public async Task CreateMergeRequestAsync_Refused_IsAMissingBranchOrGitHubsReason(bool branchExists, string code)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /pulls", GitHubFixture.Refusal("No commits between main and feature/a")).On(Open, ScriptedAnswer.Json("[]"))
            .On("GET /git/ref/heads%2Fmain", GitHubFixture.Ref("heads/main", GitHubFixture.First))
            .On("GET /git/ref/heads%2Ffeature%2Fa", branchExists ? GitHubFixture.Ref("heads/feature/a", GitHubFixture.First) : GitHubFixture.NotFound);

        var error = (await github.Host.CreateMergeRequestAsync(github.Remote, Order, default)).Error!;

        Assert.Equal(code, error.Code.Name);
        Assert.Contains(branchExists ? "No commits between" : "no branch 'feature/a'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "GIT_ACCESS_DENIED")]
    [InlineData(false, "GIT_REPO_UNREACHABLE")]
    public async Task CreateMergeRequestAsync_NotFound_IsARightThatIsMissingOrTheRepository(bool isShown, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(isShown ? GitHubFixture.Repository : GitHubFixture.NotFound);
        github.On("POST /pulls", GitHubFixture.NotFound);

        Assert.Equal(code, (await github.Host.CreateMergeRequestAsync(github.Remote, Order, default)).Error!.Code.Name);
    }

    [Theory]
    [InlineData("open", null, GitMergeRequestState.OPEN)]
    [InlineData("closed", null, GitMergeRequestState.CLOSED)]
    [InlineData("closed", "2026-02-01T10:00:00Z", GitMergeRequestState.MERGED)]
    public async Task GetMergeRequestAsync_States_AreTold(string state, string? mergedAt, GitMergeRequestState expected)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /pulls/3", ScriptedAnswer.Json(Pull(3, state, mergedAt)));

        Assert.Equal(expected, (await github.Host.GetMergeRequestAsync(github.Remote, 3, default)).Value.State);
    }

    [Theory]
    [InlineData(true, "GIT_MERGE_REQUEST_NOT_FOUND")]
    [InlineData(false, "GIT_REPO_UNREACHABLE")]
    public async Task GetMergeRequestAsync_NotFound_IsTheRequestOrTheRepository(bool isShown, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(isShown ? GitHubFixture.Repository : GitHubFixture.NotFound);
        github.On("GET /pulls/3", GitHubFixture.NotFound);

        Assert.Equal(code, (await github.Host.GetMergeRequestAsync(github.Remote, 3, default)).Error!.Code.Name);
    }

    [Fact]
    public async Task GetMergeRequestAsync_NoNumber_IsNotFoundWithoutACall()
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(GitErrors.MergeRequestNotFound, (await github.Host.GetMergeRequestAsync(github.Remote, 0, default)).Error!.Code);
    }

    private static object Pull(int number, string state = "open", string? mergedAt = null, int headRepository = 7) => new
    {
        number,
        title = "Title",
        state,
        merged_at = mergedAt,
        html_url = $"https://github.example/o/r/pull/{number}",
        head = new { @ref = "feature/a", sha = GitHubFixture.First, repo = new { id = headRepository } },
        @base = new { @ref = "main", sha = GitHubFixture.Second, repo = new { id = 7 } },
    };
}
