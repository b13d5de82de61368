using ProCode.Repos;

namespace ProCode.Tests.Repos.Documented;

/// <summary>Merge requests are made once and found again.</summary>
public abstract class MergeRequestContract : HostContract
{
    private static readonly GitMergeRequestOrder Order = new("feature/größe", "main", "Größe", "Why\n\nit is so");
    private readonly string _openState;

    private protected MergeRequestContract(DocumentedServer server, string openState)
        : base(server) => _openState = openState;

    [Fact]
    public async Task CreateMergeRequestAsync_New_IsTold()
    {
        var head = TwoBranches();

        var made = Ok(await Host.CreateMergeRequestAsync(Remote, Order, default));

        Assert.Equal(("Größe", GitMergeRequestState.OPEN, "feature/größe", "main", head), (made.Title, made.State, made.SourceBranch, made.TargetBranch, made.HeadCommitId));
        Assert.StartsWith("https://", made.WebUrl, StringComparison.Ordinal);
        Assert.Equal(made, Ok(await Host.GetMergeRequestAsync(Remote, made.Number, default)));
    }

    [Fact]
    public async Task CreateMergeRequestAsync_Again_GivesTheOpenOne()
    {
        TwoBranches();
        var made = Ok(await Host.CreateMergeRequestAsync(Remote, Order, default));

        Assert.Equal(made, Ok(await Host.CreateMergeRequestAsync(Remote, Order with { Title = "Another" }, default)));
        Assert.Single(Project.MergeRequests);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("merged")]
    public async Task CreateMergeRequestAsync_FormerOneIsDone_MakesANewOne(string state)
    {
        TwoBranches();
        var former = Ok(await Host.CreateMergeRequestAsync(Remote, Order, default));
        Project.MergeRequests[0].State = state;

        var made = Ok(await Host.CreateMergeRequestAsync(Remote, Order, default));

        Assert.NotEqual(former.Number, made.Number);
        Assert.Equal(state.ToUpperInvariant(), Ok(await Host.GetMergeRequestAsync(Remote, former.Number, default)).State.ToString());
    }

    [Fact]
    public async Task CreateMergeRequestAsync_OneOfAFork_IsAnother()
    {
        TwoBranches();
        Project.MergeRequests.Add(new FakeMergeRequest
        {
            Number = 66,
            Title = "From a fork",
            Source = Order.SourceBranch,
            Target = Order.TargetBranch,
            State = _openState,
            Fork = 1,
        });

        Assert.Equal("Größe", Ok(await Host.CreateMergeRequestAsync(Remote, Order, default)).Title);
    }

    [Fact]
    public async Task CreateMergeRequestAsync_SomebodyIsFasterBehindOurLook_GivesTheirs()
    {
        TwoBranches();
        Server.Instead = call =>
        {
            if (call.Endpoint.Name.StartsWith("create", StringComparison.Ordinal) && Project.MergeRequests.Count == 0)
                Project.MergeRequests.Add(new FakeMergeRequest { Number = 77, Title = "Faster", Source = Order.SourceBranch, Target = Order.TargetBranch, State = _openState });
            return null;
        };

        Assert.Equal(77, Ok(await Host.CreateMergeRequestAsync(Remote, Order, default)).Number);
        Assert.Single(Project.MergeRequests);
    }

    [Fact]
    public async Task CreateMergeRequestAsync_AnswerIsLost_AnotherCallMakesNoSecond()
    {
        TwoBranches();
        var lost = 0;
        Server.Afterwards = (call, answer) => call.Endpoint.Name.StartsWith("create", StringComparison.Ordinal) && lost++ == 0 ? answer with { BreaksOff = true } : answer;

        _ = await Host.CreateMergeRequestAsync(Remote, Order, default);
        var again = Ok(await Host.CreateMergeRequestAsync(Remote, Order, default));

        Assert.Equal(again.Number, Assert.Single(Project.MergeRequests).Number);
    }

    [Theory]
    [InlineData("none", "main")]
    [InlineData("feature/größe", "none")]
    public async Task CreateMergeRequestAsync_BranchIsMissing_IsRefNotFound(string source, string target)
    {
        TwoBranches();

        var error = Fails(GitErrors.RefNotFound, await Host.CreateMergeRequestAsync(Remote, Order with { SourceBranch = source, TargetBranch = target }, default));

        Assert.Contains("'none'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateMergeRequestAsync_HostRefuses_SaysWhy()
    {
        TwoBranches();

        var error = Fails(GitErrors.RequestRefused, await Host.CreateMergeRequestAsync(Remote, Order with { SourceBranch = "main" }, default));

        Assert.Matches("can't be merged|不能合并", error.Message);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(0)]
    public async Task GetMergeRequestAsync_Unknown_IsNotFound(long number)
    {
        Fails(GitErrors.MergeRequestNotFound, await Host.GetMergeRequestAsync(Remote, number, default));
    }

    [Fact]
    public async Task GetMergeRequestAsync_NegativeNumber_IsNotFoundWithoutACall()
    {
        Fails(GitErrors.MergeRequestNotFound, await Host.GetMergeRequestAsync(Remote, -1, default));
    }

    [Fact]
    public async Task MergeRequests_NoSuchRepository_AreUnreachable()
    {
        Fails(GitErrors.RepositoryUnreachable, await Host.CreateMergeRequestAsync(Server.RemoteOf("nobody/nothing"), Order, default));
        Fails(GitErrors.RepositoryUnreachable, await Host.GetMergeRequestAsync(Server.RemoteOf("nobody/nothing"), 1, default));
    }

    private string TwoBranches() => Project.Commit(branch: "feature/größe", from: Project.Commit());
}
