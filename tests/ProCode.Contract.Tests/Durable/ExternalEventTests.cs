using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

public sealed class ExternalEventTests
{
    [Fact]
    public async Task WaitForExternalEvent_EventsCameBefore_AreTakenInOrderWhateverTheCase()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            await context.WaitForExternalEvent<string>("start");
            return string.Join(' ', await context.WaitForExternalEvent<string>("news"), await context.WaitForExternalEvent<string>("NEWS"));
        }));
        var id = await host.StartAsync("run");

        await host.Client.RaiseEventAsync(id, "News", "first");
        await host.Client.RaiseEventAsync(id, "nEWS", "second");
        await host.Client.RaiseEventAsync(id, "start", "");

        Assert.Equal("first second", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_SeveralWaiters_LatestGetsTheFirstEvent()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            var first = context.WaitForExternalEvent<string>("news");
            var second = context.WaitForExternalEvent<string>("news");
            context.SetCustomStatus("waiting");
            await Task.WhenAll(first, second);
            return $"{await first} {await second}";
        }));
        var id = await host.StartAsync("run");
        await host.SaysAsync(id, "waiting");

        await host.Client.RaiseEventAsync(id, "news", "a");
        await host.Client.RaiseEventAsync(id, "news", "b");

        Assert.Equal("b a", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_CancelledWaiter_SwallowsTheNextEvent()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            using var cts = new CancellationTokenSource();
            var patient = context.WaitForExternalEvent<string>("news");
            var hasty = context.WaitForExternalEvent<string>("news", cts.Token);
            cts.Cancel();
            context.SetCustomStatus("waiting");
            return $"{await patient} {hasty.IsCanceled}";
        }));
        var id = await host.StartAsync("run");
        await host.SaysAsync(id, "waiting");

        await host.Client.RaiseEventAsync(id, "news", "swallowed");
        await host.Client.RaiseEventAsync(id, "news", "heard");

        Assert.Equal("heard True", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_AnotherTypeWhileOneWaits_Throws()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", context =>
        {
            _ = context.WaitForExternalEvent<string>("news");
            Assert.Throws<ArgumentException>(() => { _ = context.WaitForExternalEvent<int>("news"); });
            return Task.FromResult("refused");
        }));

        Assert.Equal("refused", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_AnotherTypeAfterACancelledWaiter_Throws()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => context.WaitForExternalEvent<string>("news", TimeSpan.FromMilliseconds(10)));
            Assert.Throws<ArgumentException>(() => { _ = context.WaitForExternalEvent<int>("NEWS"); });
            var swallowed = context.WaitForExternalEvent<string>("news");
            context.SetCustomStatus("waiting");
            await swallowed;
            await context.WaitForExternalEvent<string>("go");
            return $"{await context.WaitForExternalEvent<int>("news")}";
        }));
        var id = await host.StartAsync("run");
        await host.SaysAsync(id, "waiting");

        await host.Client.RaiseEventAsync(id, "news", "for the second waiter");
        await host.Client.RaiseEventAsync(id, "news", "for the first one, which has gone");
        await host.Client.RaiseEventAsync(id, "go", "");
        await host.Client.RaiseEventAsync(id, "news", 7);

        Assert.Equal("7", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_AnotherTypeAfterOneThatWasHeard_IsFine()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
            $"{await context.WaitForExternalEvent<string>("news")} {await context.WaitForExternalEvent<int>("news")}"));
        var id = await host.StartAsync("run");

        await host.Client.RaiseEventAsync(id, "news", "text");
        await host.Client.RaiseEventAsync(id, "news", 7);

        Assert.Equal("text 7", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_TimedOutWaiterBelow_SwallowsTheEventAfterTheNext()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => context.WaitForExternalEvent<string>("news", TimeSpan.FromMilliseconds(10)));
            var first = context.WaitForExternalEvent<string>("news");
            context.SetCustomStatus("waiting");
            await context.WaitForExternalEvent<string>("go");
            return $"{await first} {await context.WaitForExternalEvent<string>("news")}";
        }));
        var id = await host.StartAsync("run");
        await host.SaysAsync(id, "waiting");

        foreach (var news in (string[])["a", "b", "c"])
            await host.Client.RaiseEventAsync(id, "news", news);
        await host.Client.RaiseEventAsync(id, "go", "");

        Assert.Equal("a c", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_OtherNames_DontDisturbTheOrder()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            var heard = new List<string>();
            foreach (var name in (string[])["go", "b", "a", "A", "B"])
                heard.Add(await context.WaitForExternalEvent<string>(name));
            return string.Join(' ', heard);
        }));
        var id = await host.StartAsync("run");

        foreach (var (name, payload) in new[] { ("a", "a1"), ("b", "b1"), ("B", "b2"), ("A", "a2"), ("go", "go") })
            await host.Client.RaiseEventAsync(id, name, payload);

        Assert.Equal("go b1 a1 a2 b2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SendEvent_ToUnknownAndFinishedInstances_IsLostInSilence()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("quick", _ => "done")
            .AddOrchestratorFunc<string, string>("send", (context, target) =>
            {
                context.SendEvent(target, "news", "for nobody");
                return "sent";
            }));
        var finished = (await host.RunAsync("quick")).InstanceId;

        Assert.Equal("sent", (await host.RunAsync("send", finished)).ReadOutputAs<string>());
        Assert.Equal("sent", (await host.RunAsync("send", "unknown")).ReadOutputAs<string>());

        Assert.Equal("done", (await host.EndOfAsync(finished)).ReadOutputAs<string>());
        Assert.Null(await host.Client.GetInstanceAsync("unknown"));
    }

    [Fact]
    public async Task WaitForExternalEvent_TimeoutAgainstEvent_WhicheverIsFirst()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            var heard = await context.WaitForExternalEvent<string>("news", TimeSpan.FromHours(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => context.WaitForExternalEvent<string>("silence", TimeSpan.FromMilliseconds(10)));
            return heard;
        }));
        var id = await host.StartAsync("run");
        await host.Client.RaiseEventAsync(id, "news", "heard");

        Assert.Equal("heard", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SendEvent_ToAnotherInstance_Arrives()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("receive", context => context.WaitForExternalEvent<int>("number"))
            .AddOrchestratorFunc<string, string>("send", (context, target) =>
            {
                context.SendEvent(target, "number", 42);
                return "sent";
            }));
        var id = await host.StartAsync("receive");
        await host.RunAsync("send", id);

        Assert.Equal(42, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Theory]
    [InlineData(true, "0:a 1:b 2:c")]
    [InlineData(false, "0:a 1:late")]
    public async Task ContinueAsNew_UnprocessedEvents_AreKeptInOrderOrDropped(bool keep, string expected)
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string, string>("run", async (context, sofar) =>
        {
            var generation = sofar.Length == 0 ? 0 : sofar.Split(' ').Length;
            if (generation == 0)
                await context.WaitForExternalEvent<string>("go");
            else if (!keep)
                context.SetCustomStatus("second");
            var all = $"{sofar} {generation}:{await context.WaitForExternalEvent<string>("news")}".Trim();
            if (generation == (keep ? 2 : 1))
                return all;
            context.ContinueAsNew(all, keep);
            return "";
        }));
        var id = await host.StartAsync("run", "");
        foreach (var news in (string[])["a", "b", "c"])
            await host.Client.RaiseEventAsync(id, "news", news);
        await host.Client.RaiseEventAsync(id, "go", "");
        if (!keep)
        {
            await host.SaysAsync(id, "second");
            await host.Client.RaiseEventAsync(id, "news", "late");
        }

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(expected, ended.ReadOutputAs<string>());
    }
}
