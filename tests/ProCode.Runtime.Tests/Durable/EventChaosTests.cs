using System.Globalization;
using System.Text.RegularExpressions;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Events around ContinueAsNew with the setting that loses and reorders them, and without.</summary>
public sealed class EventChaosTests
{
    private const int Seed = 7;
    private const int Items = 20;

    [Fact]
    public async Task ContinueAsNew_WithChaos_LosesSomeUnreadEvents()
    {
        var arrived = await CollectAsync(Seed);

        Assert.InRange(arrived.Length, 1, Items - 1);
        Assert.Equal(arrived.Length, arrived.Distinct().Count());
    }

    [Fact]
    public async Task ContinueAsNew_WithoutChaos_KeepsAllInOrder() => Assert.Equal(Enumerable.Range(0, Items), await CollectAsync(seed: null));

    [Fact]
    public async Task ContinueAsNew_SameSeed_LosesTheSame() => Assert.Equal(await CollectAsync(Seed), await CollectAsync(Seed));

    [Fact]
    public async Task Raise_BetweenContinueAsNews_AllArriveThough()
    {
        await using var host = await StartAsync(Seed);
        var id = await host.StartInstanceAsync("once");

        for (var i = 0; i < Items; i++) await host.Client.RaiseEventAsync(id, "item", i);

        Assert.Equal(Enumerable.Range(0, Items), (await host.EndOfAsync(id)).ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task ContinueAsNew_SeveralSeeds_SomeReorderAndSomeDoNot()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => CollectAsync(seed)));

        Assert.Contains(outcomes, items => !items.SequenceEqual(items.Order()));
        Assert.Contains(outcomes, items => items.SequenceEqual(items.Order()));
        Assert.True(outcomes.Select(items => string.Join(' ', items)).Distinct().Count() > 1);
    }

    [Fact]
    public void Pass_StepCouldNotBeCommitted_IsDisturbedAgain()
    {
        var chaos = new EventChaos(Seed);
        List<Message> arrived = [.. Enumerable.Range(0, Items).Select(i => new Message(i, new EventReceived("item", null)))];
        chaos.Continued("a");

        _ = chaos.Pass("a", arrived);
        var passed = chaos.Pass("a", arrived);
        chaos.Began("a", arrived, passed.Select(message => message.Event));

        Assert.InRange(passed.Count, 1, Items - 1);
        Assert.Equal(Items, chaos.Pass("a", arrived).Count);
    }

    [Fact]
    public void Line_EventsWereLostAndMoved_CountsThem()
    {
        var before = Counts();

        EventChaosTally.Add(arrived: [1, 2, 3, 4, 5], passed: [4, 2, 5]);

        // Other tests lose events at the same time.
        Assert.All(Counts().Zip(before, [5, 1, 2, 2]), count => Assert.True(count.First - count.Second >= count.Third, EventChaosTally.Line));

        static int[] Counts() => [.. Regex.Matches(EventChaosTally.Line, "[0-9]+").Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture))];
    }

    // The first run leaves the items unread; the next one takes what it is given until it is told that there is no more.
    private static async Task<int[]> CollectAsync(int? seed)
    {
        await using var host = await StartAsync(seed);
        var id = await host.StartInstanceAsync("collect", input: false);
        await host.Client.WaitForInstanceStartAsync(id, EngineHost.Deadline);
        for (var i = 0; i < Items; i++) await host.Client.RaiseEventAsync(id, "item", i);
        await host.Client.RaiseEventAsync(id, "go");
        await host.HistoryHasAsync<TimerCreated>(id);
        await host.Client.RaiseEventAsync(id, "stop");
        return (await host.EndOfAsync(id)).ReadOutputAs<int[]>()!;
    }

    private static async Task<EngineHost> StartAsync(int? seed)
    {
        var host = new EngineHost { EventChaos = seed };
        await host.OpenAsync(tasks =>
        {
            tasks.AddOrchestratorFunc<bool, int[]>("collect", async (context, isNext) =>
            {
                if (!isNext)
                {
                    await context.WaitForExternalEvent<object>("go");
                    context.ContinueAsNew(true);
                    return [];
                }
                // A mark in the history: the run has begun, and hears of everything that comes from here on.
                using var unused = new CancellationTokenSource();
                _ = context.CreateTimer(TimeSpan.FromHours(1), unused.Token);
                var (items, stop) = (new List<int>(), context.WaitForExternalEvent<object>("stop"));
                while (true)
                {
                    var item = context.WaitForExternalEvent<int>("item");
                    if (await Task.WhenAny(item, stop) == stop) return [.. items];
                    items.Add(await item);
                }
            });
            tasks.AddOrchestratorFunc<object?, int[]>("once", async (context, _) =>
            {
                var items = new int[Items];
                for (var i = 0; i < Items; i++) items[i] = await context.WaitForExternalEvent<int>("item");
                return items;
            });
        });
        return host;
    }
}
