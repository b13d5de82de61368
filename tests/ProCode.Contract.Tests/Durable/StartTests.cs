using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace ProCode.Contract.Tests.Durable;

/// <summary>Starts: under an id that is taken, and later.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Schedule_DedupeStatusesAreEmpty_ReplacesWhateverThereIs()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait", "first");
        await host.SaysAsync(id, "first waits");

        await ScheduleAsync(host, id, "second", []);
        await host.SaysAsync(id, "second waits");
        await host.Client.RaiseEventAsync(id, "go", "on");
        Assert.Equal("second on", (await host.EndOfAsync(id)).ReadOutputAs<string>());

        await ScheduleAsync(host, id, "third", []);
        await host.SaysAsync(id, "third waits");
    }

    [Theory]
    [InlineData("Running", true)]
    [InlineData("running", true)]
    [InlineData("Pending", false)]
    [InlineData("Completed", false)]
    public async Task Schedule_DedupeStatusesAreListed_RefusesThoseOnly(string status, bool isRefused)
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait", "first");
        await host.SaysAsync(id, "first waits");

        if (isRefused)
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => ScheduleAsync(host, id, "second", [status]));
        else
            await ScheduleAsync(host, id, "second", [status]);

        await host.SaysAsync(id, isRefused ? "first waits" : "second waits");
    }

    [Theory]
    [InlineData("Completed", "first on")]
    [InlineData("Failed", "second on")]
    public async Task Schedule_IdHasCompleted_ListDecides(string status, string expected)
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait", "first");
        await host.Client.RaiseEventAsync(id, "go", "on");
        await host.EndOfAsync(id);

        if (await Record.ExceptionAsync(() => ScheduleAsync(host, id, "second", [status])) is { } refused)
            Assert.IsType<OrchestrationAlreadyExistsException>(refused);
        else
            await host.Client.RaiseEventAsync(id, "go", "on");

        Assert.Equal(expected, (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Schedule_RefusedId_IsAnInvalidOperation()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait", "first");
        await host.SaysAsync(id, "first waits");

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ScheduleAsync(host, id, "second", ["Running"]));
    }

    [Fact]
    public async Task Schedule_StartAtIsLater_KeepsEventsThatComeBefore()
    {
        await using var host = await StartAsync();
        var options = new StartOrchestrationOptions("later", TimeProvider.System.GetUtcNow().AddSeconds(1));

        await host.Client.ScheduleNewOrchestrationInstanceAsync("two", null, options);
        await host.Client.RaiseEventAsync("later", "NEWS", "a");
        await host.Client.RaiseEventAsync("later", "news", "b");

        Assert.Equal("a b", (await host.EndOfAsync("later")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Schedule_StartAtIsOver_StartsAtOnce()
    {
        await using var host = await StartAsync();

        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "wait", "past", new StartOrchestrationOptions("past", TimeProvider.System.GetUtcNow().AddDays(-1)));

        await host.SaysAsync("past", "past waits");
    }

    [Fact]
    public async Task Schedule_InputTagsAndTimes_AreToldAgain()
    {
        await using var host = await StartAsync();
        var options = new StartOrchestrationOptions("tagged") { Tags = new Dictionary<string, string> { ["team"] = "blue" } };

        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", "input", options);
        await host.SaysAsync("tagged", "input waits");

        var info = (await host.Client.GetInstanceAsync("tagged", true))!;
        Assert.Equal(("tagged", "wait", "input"), (info.InstanceId, info.Name, info.ReadInputAs<string>()));
        Assert.Equal(("team", "blue"), info.Tags.Select(tag => (tag.Key, tag.Value)).Single());
        Assert.True(info.LastUpdatedAt >= info.CreatedAt);
        Assert.Equal(TimeSpan.Zero, info.CreatedAt.Offset);
    }

    private static Task<string> ScheduleAsync(DurableHost host, string id, string input, IReadOnlyList<string> dedupe) =>
        host.Client.ScheduleNewOrchestrationInstanceAsync("wait", input, new StartOrchestrationOptions(id) { DedupeStatuses = dedupe });

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("wait", async (context, input) =>
        {
            context.SetCustomStatus($"{input} waits");
            return $"{input} {await context.WaitForExternalEvent<string>("go")}";
        })
        .AddOrchestratorFunc<string>("two", async context =>
            $"{await context.WaitForExternalEvent<string>("news")} {await context.WaitForExternalEvent<string>("News")}"));
}
