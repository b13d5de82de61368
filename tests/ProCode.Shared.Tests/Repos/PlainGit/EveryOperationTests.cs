using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class EveryOperationTests(GitServerFixture git) : IClassFixture<GitServerFixture>
{
    [Fact]
    public void Operations_OfTheContract_AreAllHere() => Assert.Equal(
        typeof(IGitHost).GetMethods().Select(method => method.Name).Order(StringComparer.Ordinal),
        AnyOperation.Supported.Concat(AnyOperation.Unsupported).Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AnyOperation.Unsupported), MemberType = typeof(AnyOperation))]
    public async Task Operation_ThatGitDoesNotHave_IsUnsupportedWithoutACall(string operation)
    {
        var before = git.Server.RequestCount;

        var error = await AnyOperation.ErrorOfAsync(operation, GitServerFixture.NewHost(), git.RemoteOf("any"));

        Assert.Equal(GitErrors.OperationUnsupported, error!.Code);
        Assert.Equal(before, git.Server.RequestCount);
    }

    [Theory]
    [MemberData(nameof(AnyOperation.Supported), MemberType = typeof(AnyOperation))]
    public async Task Operation_WrongPassword_IsAccessDeniedAndDoesNotRepeatIt(string operation)
    {
        var (name, _) = await git.NewRepositoryAsync();

        var error = await AnyOperation.ErrorOfAsync(operation, GitServerFixture.NewHost(), new GitRemote(git.Server.UrlOf(name), new GitCredential("developer", "not-it-7731")));

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
        Assert.DoesNotContain("not-it-7731", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureBranchAsync_HookThatRepeatsThePassword_IsToldWithoutIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the server's hook is a shell script");
        var (name, commit) = await git.NewRepositoryAsync();
        await git.Server.RefusePushesAsync(name, $"no {GitServerFixture.Password} here");

        var error = (await GitServerFixture.NewHost().EnsureBranchAsync(git.RemoteOf(name), "x", commit, default)).Error;

        Assert.Equal(GitErrors.AccessDenied, error!.Code);
        Assert.DoesNotContain(GitServerFixture.Password, error.Message, StringComparison.Ordinal);
        Assert.Equal(["main"], git.Server.BranchesOf(name).Keys);
    }
}
