using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;

namespace ProCode.Contract.Tests.Durable;

/// <summary>Versions of orchestrations, where no host gives them a default.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData(" ", "0.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.0", "1.0", 0)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2.0", "1.10.5", 1)]
    [InlineData("a", "B", -1)]
    [InlineData("spring", "SPRING", 0)]
    public void CompareVersions_NumbersTextAndNone_NoneIsTheOldest(string version, string other, int expected) =>
        Assert.Equal(expected, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(version, other)));

    [Theory]
    [InlineData(null, "", -1)]
    [InlineData("1.0", "1.0", -1)]
    [InlineData("1.1", "1.1", 0)]
    public async Task Start_WithAVersion_GivesItToTheOrchestrator(string? started, string version, int comparedToNewest)
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", context =>
            Task.FromResult($"{context.Version} {Math.Sign(context.CompareVersionTo("1.1"))}")));

        Assert.Equal($"{version} {comparedToNewest}", await RunAsync(host, started));
    }

    [Fact]
    public async Task CallSubOrchestrator_OfAVersionedParent_HasTheVersionOfItsOptionsOrNone()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("child", context => Task.FromResult($"'{context.Version}'"))
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var none = await context.CallSubOrchestratorAsync<string>("child");
                var own = await context.CallSubOrchestratorAsync<string>("child", null, new SubOrchestrationOptions { Version = "3.0" });
                var task = await context.CallSubOrchestratorAsync<string>("child", null, new TaskOptions { Version = "4.0" });
                var named = await context.CallSubOrchestratorAsync<string>("child", null, new TaskOptions { Version = context.Version }.WithInstanceId("child-1"));
                return $"{none} {own} {task} {named}";
            }));

        Assert.Equal("'' '3.0' '4.0' '1.0'", await RunAsync(host, "1.0"));
    }

    [Fact]
    public async Task ContinueAsNew_OfAVersionedInstance_KeepsItsVersionUnlessItIsGivenAnother()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("run", (context, generation) =>
        {
            if (generation == 0)
                context.ContinueAsNew(1);
            else if (context.Version == "1.0")
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = generation + 1, NewVersion = "1.1" });
            return Task.FromResult($"{generation} {context.Version}");
        }));

        Assert.Equal("2 1.1", await RunAsync(host, "1.0"));
    }

    private static async Task<string?> RunAsync(DurableHost host, string? version)
    {
        var options = new StartOrchestrationOptions { Version = version is null ? null : new TaskVersion(version) };
        return (await host.EndOfAsync(await host.Client.ScheduleNewOrchestrationInstanceAsync("run", 0, options))).ReadOutputAs<string>();
    }
}
