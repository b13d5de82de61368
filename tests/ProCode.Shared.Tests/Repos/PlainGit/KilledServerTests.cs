using System.Diagnostics;
using ProCode.Dev;
using ProCode.Repos;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>A server that goes away and comes back under the same address.</summary>
public sealed class KilledServerTests
{
    [Fact]
    public async Task Calls_ServerKilledAndStartedAgain_FailQuicklyAndRecover()
    {
        var token = TestContext.Current.CancellationToken;
        var root = Directory.CreateTempSubdirectory("git-server-");
        var host = GitServerFixture.NewHost();
        var server = await GitServer.StartAsync(root.FullName, GitServerFixture.Username, GitServerFixture.Password, token);
        try
        {
            var commit = await server.CreateRepositoryAsync("one", new Dictionary<string, string> { ["a"] = "1" }, token);
            var (remote, port) = (new GitRemote(server.UrlOf("one"), GitServerFixture.Credential), server.BaseUrl.Port);
            Assert.True((await host.FindCommitAsync(remote, "main", token)).Succeeded);

            await server.DisposeAsync();
            var watch = Stopwatch.StartNew();
            var errors = new[] { (await host.FindCommitAsync(remote, "main", token)).Error, (await host.EnsureBranchAsync(remote, "x", commit, token)).Error };
            Assert.All(errors, error => Assert.Equal((GitErrors.HostUnreachable, true), (error!.Code, error.RetryAfter > TimeSpan.Zero)));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"it took {watch.Elapsed}");

            server = await GitServer.StartAsync(root.FullName, GitServerFixture.Username, GitServerFixture.Password, token, port);
            Assert.Equal(commit, (await host.FindCommitAsync(remote, "main", token)).Value.Id);
            Assert.True((await host.EnsureBranchAsync(remote, "x", commit, token)).Succeeded);
            Assert.Equal(commit, server.BranchesOf("one")["x"]);
        }
        finally
        {
            await server.DisposeAsync();
            root.Delete(recursive: true);
        }
    }
}
