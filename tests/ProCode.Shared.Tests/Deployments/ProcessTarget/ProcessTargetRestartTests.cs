using Microsoft.Extensions.Logging.Abstractions;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>The app ends, at any line; the deployments go on.</summary>
public sealed class ProcessTargetRestartTests
{
    [Fact]
    public async Task AppIsKilled_AgentRunsOnIsFoundAndReplaced()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        await ProcessTargetChild.KillAsync(harness.Root, await harness.RequestAsync("one", Agents.Telling, fence: 1), "created", TimeSpan.Zero);
        var before = harness.Process("one");
        Assert.True(before.IsAlive);

        var target = harness.NewTarget();
        var first = await harness.SettledAsync(target, "one");

        Assert.Equal(OpsStatus.SUCCESS, first.Status);
        Assert.Equal(before, harness.Process("one"));
        Assert.DoesNotContain("not for agents", await harness.Http.GetStringAsync(first.Url + "/"), StringComparison.Ordinal);

        await target.CreateAsync(await harness.RequestAsync("two", Agents.Good("v2"), fence: 2), default);
        await harness.SettledAsync(target, "two");
        await ProcessTargetHarness.UntilAsync(() => harness.Marked("one").Count == 0);
    }

    [Fact]
    public async Task AppIsKilledAtAnyMomentOfCreate_CreatedAgainThereIsOneProcess()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            var request = await harness.RequestAsync($"round{round}", Agents.Good($"v{round}"), fence: round);
            await ProcessTargetChild.KillAsync(harness.Root, request, "creating", TimeSpan.FromMilliseconds(random.Next(150)));

            var target = harness.NewTarget();
            await target.StartAsync(default);
            await target.CreateAsync(request, default);
            var settled = await harness.SettledAsync(target, $"round{round}");

            Assert.True(settled.Status == OpsStatus.SUCCESS, $"Seed {seed}, round {round}: {settled.Message}");
            await ProcessTargetHarness.UntilAsync(() => harness.Marked().Count == 1);
            Assert.Equal(harness.Process($"round{round}").Pid, Assert.Single(harness.Marked()));
        }
    }

    [Fact]
    public async Task StartedButNotRecorded_IsAdopted()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var request = await harness.RequestAsync("one", Agents.Good("v1"));
        await using (var killed = harness.NewTarget())
            await killed.CreateAsync(request, default);
        var folder = harness.Folder("one");
        folder.Write(folder.Read()! with { Status = OpsStatus.PENDING, Message = "Accepted." });
        var before = harness.Process("one");

        var target = harness.NewTarget();
        await target.CreateAsync(request, default);

        Assert.Equal(OpsStatus.SUCCESS, (await harness.SettledAsync(target, "one")).Status);
        Assert.Equal(before, harness.Process("one"));
        Assert.Single(harness.Marked("one"));
        await ProcessTargetHarness.UntilAsync(() => !harness.Callbacks.Received.IsEmpty);
    }

    [Fact]
    public async Task RecordedButNotStarted_IsStartedWhenCreatedAgain()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var request = await harness.RequestAsync("one", Agents.Good("v1"));
        var now = TimeProvider.System.GetUtcNow();
        DeploymentFolder.For(harness.ProcessPath, request).Write(DeploymentRecord.Of(request, now) with { Attempt = 1, StartedAt = now });
        var target = harness.NewTarget();

        var before = await target.GetStatusAsync(request.DeployId, default);
        await target.CreateAsync(request, default);

        Assert.Equal(OpsStatus.PENDING, before.Value.Status);
        Assert.Equal(OpsStatus.SUCCESS, (await harness.SettledAsync(target, "one")).Status);
        Assert.Single(harness.Marked("one"));
    }

    [Fact]
    public async Task NextAttemptNotStarted_Fails()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var request = await harness.RequestAsync("one", Agents.Good("v1"));
        var now = TimeProvider.System.GetUtcNow();
        DeploymentFolder.For(harness.ProcessPath, request).Write(
            DeploymentRecord.Of(request, now) with { Attempt = 2, StartedAt = now, Status = OpsStatus.RUNNING });

        var settled = await harness.SettledAsync(harness.NewTarget(), "one");

        Assert.StartsWith("AGENT_CRASHED: The app ended while", settled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettledButNotStopped_IsStoppedAtStart()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        await using (var killed = harness.NewTarget())
            await killed.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy), default);
        var folder = harness.Folder("one");
        folder.Write(folder.Read()! with { Status = OpsStatus.CANCELED, Message = "Canceled." });

        await harness.NewTarget().StartAsync(default);

        await ProcessTargetHarness.UntilAsync(() => harness.Marked("one").Count == 0);
    }

    [Fact]
    public async Task DiedWhileTheAppWasAway_FailsWithoutShowingWhatItCantHide()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        await using (var killed = harness.NewTarget())
            await killed.CreateAsync(await harness.RequestAsync("one", Agents.NeverHealthy), default);
        await harness.Process("one").StopAsync(TimeProvider.System, default);

        var settled = await harness.SettledAsync(harness.NewTarget(), "one");

        Assert.Equal(OpsStatus.FAILED, settled.Status);
        Assert.StartsWith("AGENT_CRASHED: The agent's process ended before it was healthy. What it said is in its log;", settled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameAttemptStartedTwice_RunsOnce()
    {
        await using var harness = await ProcessTargetHarness.StartAsync();
        var request = await harness.RequestAsync("one", Agents.Good("v1"));
        var folder = DeploymentFolder.For(harness.ProcessPath, request);
        var record = folder.Write(DeploymentRecord.Of(request, TimeProvider.System.GetUtcNow()) with { Attempt = 1 });
        var launcher = new AgentLauncher(harness.Images.Reader, NullLogger<ProcessDeploymentTarget>.Instance);
        var command = (await launcher.PrepareAsync(folder, request, default)).Value;

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => launcher.StartAsync(folder, record, command, default))));

        await ProcessTargetHarness.UntilAsync(() => harness.Marked("one").Count == 1);
        Assert.Equal(harness.Process("one").Pid, Assert.Single(harness.Marked("one")));
    }
}
