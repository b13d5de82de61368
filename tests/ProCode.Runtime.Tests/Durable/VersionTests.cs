using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ProCode.Local.Durable.History;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Versions as the Functions host has them: a default for what begins without one, and nothing newer than that is run.</summary>
public sealed class VersionTests
{
    [Fact]
    public async Task Start_WithAndWithoutAVersion_TakesItOrTheHosts()
    {
        await using var host = new EngineHost { HostVersion = "2.0" };
        await host.OpenAsync(Family);

        Assert.Equal("2.0, child 2.0", await RunAsync(host, null));
        Assert.Equal("1.5, child 2.0", await RunAsync(host, "1.5"));
    }

    [Fact]
    public async Task Start_NewerThanTheHost_WaitsForOneThatKnowsIt()
    {
        await using var host = new EngineHost { HostVersion = "2.0" };
        await host.OpenAsync(Family);
        var newer = await StartAsync(host, "2.1");
        Assert.Equal("2.0, child 2.0", await RunAsync(host, "2.0"));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(newer))!.RuntimeStatus);
        await host.CloseAsync();

        host.HostVersion = "2.1";
        await host.OpenAsync(Family);

        Assert.Equal("2.1, child 2.1", (await host.EndOfAsync(newer)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_WithAVersionInAHostWithoutOne_Waits()
    {
        await using var host = new EngineHost { HostVersion = "" };
        await host.OpenAsync(Family);
        var versioned = await StartAsync(host, "1.0");

        Assert.Equal(", child ", await RunAsync(host, null));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(versioned))!.RuntimeStatus);
    }

    [Fact]
    public async Task Version_AfterARestart_IsTheInstancesOwn()
    {
        await using var host = new EngineHost { HostVersion = "1.0" };
        await host.OpenAsync(Waits);
        var old = await StartAsync(host, null);
        await host.HistoryHasAsync<StepStarted>(old);
        await host.CloseAsync();

        host.HostVersion = "2.0";
        await host.OpenAsync(Waits);
        await host.Client.RaiseEventAsync(old, "go");

        Assert.Equal("1.0", (await host.EndOfAsync(old)).ReadOutputAs<string>());

        static void Waits(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            await context.WaitForExternalEvent<string>("go");
            return context.Version;
        });
    }

    private static void Family(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("child", context => Task.FromResult($"child {context.Version}"))
        .AddOrchestratorFunc<string>("run", async context => $"{context.Version}, {await context.CallSubOrchestratorAsync<string>("child")}");

    private static Task<string> StartAsync(EngineHost host, string? version) =>
        host.Client.ScheduleNewOrchestrationInstanceAsync("run", null, new StartOrchestrationOptions { Version = version is null ? null : new TaskVersion(version) });

    private static async Task<string?> RunAsync(EngineHost host, string? version) =>
        (await host.EndOfAsync(await StartAsync(host, version))).ReadOutputAs<string>();
}
