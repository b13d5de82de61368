using Microsoft.DurableTask;

namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>An orchestration to go through the sweep.</summary>
/// <param name="Orchestrator">The name of the one that is started; its instance has the same id.</param>
/// <param name="Register">Registers it, its children, and its activities, which count their runs.</param>
/// <param name="Output">What it must return.</param>
/// <param name="Runs">How often each activity runs when nothing happens.</param>
/// <param name="Events">How many events, named "number" and numbered from 0, it is sent while it runs.</param>
internal sealed record Scenario(
    string Orchestrator,
    Action<DurableTaskRegistry, Effects> Register,
    string Output,
    IReadOnlyDictionary<string, int> Runs,
    int Events = 0)
{
    private const int FlakyRuns = 3;

    private static readonly TimeSpan Far = TimeSpan.FromDays(3);

    public static IReadOnlyDictionary<string, Scenario> All { get; } = new[] { Sequence(), Fan(), Receiver(), Family(), Loop(), Retries(), Bulky() }
        .ToDictionary(scenario => scenario.Orchestrator);

    private static Scenario Sequence() => new(
        "sequence",
        (tasks, effects) => tasks.Work(effects).AddOrchestratorFunc<string>("sequence", async context =>
        {
            var done = new List<string>();
            for (var i = 0; i < 4; i++)
                done.Add(await context.CallActivityAsync<string>("work", $"step{i}"));
            return string.Join(' ', done);
        }),
        "step0 step1 step2 step3",
        Once("step0", "step1", "step2", "step3"));

    private static Scenario Fan() => new(
        "fan",
        (tasks, effects) => tasks.Work(effects).AddOrchestratorFunc<string>("fan", async context =>
        {
            var branches = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => context.CallActivityAsync<string>("work", $"branch{i}")));
            return $"{string.Join(' ', branches)} {await context.CallActivityAsync<string>("work", "join")}";
        }),
        "branch0 branch1 branch2 branch3 branch4 join",
        Once("branch0", "branch1", "branch2", "branch3", "branch4", "join"));

    // An event may come twice when its sender has not heard that it was taken: it is told by its number.
    private static Scenario Receiver() => new(
        "receiver",
        (tasks, effects) => tasks.Work(effects).AddOrchestratorFunc<string>("receiver", async context =>
        {
            var done = new List<string>();
            for (var seen = new HashSet<int>(); seen.Count < 4;)
            {
                var number = await context.WaitForExternalEvent<int>("number", Far);
                if (!seen.Add(number))
                    continue;
                await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
                done.Add(await context.CallActivityAsync<string>("work", $"number{number}"));
            }

            return string.Join(' ', done);
        }),
        "number0 number1 number2 number3",
        Once("number0", "number1", "number2", "number3"),
        Events: 4);

    private static Scenario Family() => new(
        "family",
        (tasks, effects) => tasks.Work(effects)
            .AddOrchestratorFunc<string, string>("child", async (context, name) =>
            {
                var done = await context.CallActivityAsync<string>("work", name);
                return name == "child2" ? throw new InvalidOperationException(done) : done;
            })
            .AddOrchestratorFunc<string>("family", async context =>
            {
                var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => context.CallSubOrchestratorAsync<string>(
                    "child", $"child{i}", new TaskOptions().WithInstanceId($"family-child{i}"))));
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("child", "child2");
                }
                catch (TaskFailedException failed)
                {
                    return $"{string.Join(' ', both)} {failed.FailureDetails.ErrorMessage} failed";
                }
            }),
        "child0 child1 child2 failed",
        Once("child0", "child1", "child2"));

    private static Scenario Loop() => new(
        "loop",
        (tasks, effects) => tasks.Work(effects).AddOrchestratorFunc<string, string>("loop", async (context, sofar) =>
        {
            var number = await context.WaitForExternalEvent<int>("number", Far);
            var all = sofar.Split(' ').Contains($"turn{number}")
                ? sofar
                : $"{sofar} {await context.CallActivityAsync<string>("work", $"turn{number}")}".Trim();
            if (all.Split(' ').Length == 4)
                return all;
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            context.ContinueAsNew(all);
            return "";
        }),
        "turn0 turn1 turn2 turn3",
        Once("turn0", "turn1", "turn2", "turn3"),
        Events: 4);

    private static Scenario Retries() => new(
        "retries",
        (tasks, effects) => tasks
            .AddActivityFunc<string, string>("flaky", (_, key) =>
                effects.Run(key) < FlakyRuns ? throw new TimeoutException("not yet") : key)
            .AddActivityFunc<string, string>("broken", new Func<TaskActivityContext, string, string>((_, key) =>
            {
                effects.Run(key);
                throw new TimeoutException($"{key} broken");
            }))
            .AddOrchestratorFunc("nested", context => context.CallActivityAsync<string>("flaky", "nested"))
            .AddOrchestratorFunc<string>("retries", async context =>
            {
                var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(10, TimeSpan.FromSeconds(1)));
                var own = await context.CallActivityAsync<string>("flaky", "own", policy);
                var nested = await context.CallSubOrchestratorAsync<string>("nested", null, policy);
                try
                {
                    return await context.CallActivityAsync<string>("broken", "always", TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1))));
                }
                catch (TaskFailedException failed)
                {
                    return $"{own} {nested} {failed.FailureDetails.ErrorMessage}";
                }
            }),
        "own nested always broken",
        new Dictionary<string, int> { ["own"] = FlakyRuns, ["nested"] = FlakyRuns, ["always"] = 2 });

    // Every text but the first is too long for a row.
    private static Scenario Bulky()
    {
        const int Length = 70_000;
        return new(
            "bulky",
            (tasks, effects) => tasks
                .AddActivityFunc<string, string>("fill", (_, text) =>
                {
                    effects.Run(text.TrimEnd('.'));
                    return $"{text.TrimEnd('.')}!".PadRight(Length, '.');
                })
                .AddOrchestratorFunc<string, string>("bulky", async (context, input) =>
                {
                    var both = await Task.WhenAll(context.CallActivityAsync<string>("fill", $"left{input}"), context.CallActivityAsync<string>("fill", $"right{input}"));
                    var left = await context.CallActivityAsync<string>("fill", both[0]);
                    if (input.Length == 0)
                    {
                        context.ContinueAsNew("2".PadRight(Length, '.'));
                        return left;
                    }

                    return $"{left.TrimEnd('.')} {both[1].TrimEnd('.')}";
                }),
            "left2!! right2!",
            Once("left", "right", "left!", "left2", "right2", "left2!"));
    }

    private static Dictionary<string, int> Once(params string[] keys) => keys.ToDictionary(key => key, _ => 1);
}

/// <summary>The activity that only counts.</summary>
internal static class Activities
{
    public static DurableTaskRegistry Work(this DurableTaskRegistry tasks, Effects effects) => tasks.AddActivityFunc<string, string>("work", (_, key) =>
    {
        effects.Run(key);
        return key;
    });
}
