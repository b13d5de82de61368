using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class RegisterAppTests
{
    [Fact]
    public async Task RunAsync_AgainAfterItsAnswerWasLostAndTheHostWentAway_GivesWhatWasMade()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var made = (await RegisterAsync(platform)).Value;
        platform.Git.RepositoryTrouble = () => GitErrors.HostUnreachable.With("Nobody answers.");
        platform.Restart();

        var again = await RegisterAsync(platform);

        Assert.True(again.Succeeded, again.Error?.Message);
        Assert.Equal((TestPlatform.Text(made.App), made.Repo!.Id, 1), (TestPlatform.Text(again.Value.App), again.Value.Repo!.Id, again.Value.Setup!.Run));
    }

    [Fact]
    public async Task RunAsync_TheHostIsNotThere_IsRefusedAndMakesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Git.RepositoryTrouble = () => GitErrors.HostUnreachable.With("Nobody answers.");

        Assert.Equal(GitErrors.RepositoryUnreachable, (await RegisterAsync(platform)).Error!.Code);

        Assert.Empty(await platform.RowsAsync(ProCode.Storage.TableNames.Apps));
    }

    // As a request does under its Idempotency-Key.
    private static async Task<Result<RegisteredApp>> RegisterAsync(TestPlatform platform)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var keyed = await request.ServiceProvider.GetRequiredService<IdempotencyStore>().BeginAsync("tester", "apps", "key", new byte[] { 1 }, default);
        request.ServiceProvider.GetRequiredService<RequestIds>().Use(keyed.Value);
        var order = new AppOrder("agent", DevMode.ProCode, TechStack.Python, new RepoOrder("https://git.test/team/agent.git", GitType.GitHub, null), ScaffoldTemplate: null);
        return await request.ServiceProvider.GetRequiredService<RegisterApp>().RunAsync(order, default);
    }
}
