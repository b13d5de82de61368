using Microsoft.DurableTask;
using ProCode.Runtime.Tests.Durable.Faults;

namespace ProCode.Runtime.Tests.Durable.Model;

/// <summary>What a run of a plan begins with: how far earlier runs have come.</summary>
internal sealed record Progress(int Turn, int Place, IReadOnlyList<string> Trace, IReadOnlyList<int> Events);

/// <summary>Part of a plan for a sub-orchestration.</summary>
internal sealed record Part(string Key, IReadOnlyList<Act> Acts, bool Throws);

/// <summary>Carries out plans through the package's own context.</summary>
internal static class PlanOrchestrator
{
    private static readonly TimeSpan Far = TimeSpan.FromDays(3);

    /// <summary>Registers the plans, by their instances' ids, and the activities, which count their runs.</summary>
    public static void Register(DurableTaskRegistry tasks, IReadOnlyDictionary<string, Plan> plans, Effects effects) => tasks
        .AddActivityFunc<string, string>("work", (_, key) =>
        {
            effects.Run(key);
            return key;
        })
        .AddActivityFunc<Try, string>("flaky", (_, input) =>
            effects.Run(input.Key) > input.Failures ? input.Key : throw new TimeoutException(input.Key))
        .AddOrchestratorFunc<Progress, string>("plan", (context, progress) => RunAsync(context, plans[context.InstanceId], progress))
        .AddOrchestratorFunc<Part, string>("part", RunPartAsync);

    private static async Task<string> RunAsync(TaskOrchestrationContext context, Plan plan, Progress progress)
    {
        var trace = progress.Trace.ToList();
        var events = progress.Events.ToArray();
        var place = progress.Place;
        foreach (var act in plan.Turns[progress.Turn])
            trace.Add(await DoAsync(context, act, $"{context.InstanceId}.{place++}", events));
        if (progress.Turn + 1 < plan.Turns.Count)
        {
            context.ContinueAsNew(new Progress(progress.Turn + 1, place, trace, events));
            return "";
        }

        return plan.Throws ? throw new InvalidOperationException(string.Join(' ', trace)) : string.Join(' ', trace);
    }

    private static async Task<string> RunPartAsync(TaskOrchestrationContext context, Part part)
    {
        var trace = new List<string>();
        for (var i = 0; i < part.Acts.Count; i++)
            trace.Add(await DoAsync(context, part.Acts[i], $"{part.Key}.{i}", []));
        return part.Throws ? throw new InvalidOperationException(string.Join(' ', trace)) : string.Join(' ', trace);
    }

    private static async Task<string> DoAsync(TaskOrchestrationContext context, Act act, string key, int[] events)
    {
        switch (act.Kind)
        {
            case ActKind.Call:
                return await context.CallActivityAsync<string>("work", key);
            case ActKind.Fan:
                return string.Join('+', await Task.WhenAll(Enumerable.Range(0, act.Number + 1).Select(i => context.CallActivityAsync<string>("work", $"{key}.{i}"))));
            case ActKind.Flaky:
                return await context.CallActivityAsync<string>("flaky", new Try(key, act.Number), Retries(10));
            case ActKind.Broken:
                return await BreakAsync(context, key);
            case ActKind.Sleep:
                await context.CreateTimer(TimeSpan.FromSeconds(act.Number), CancellationToken.None);
                return "slept";
            case ActKind.Wait:
                return await WaitAsync(context, act.Number % Cases.Names, events);
            case ActKind.Silence:
                return await HearNothingAsync(context);
            case ActKind.Echo:
                context.SendEvent(context.InstanceId, "echo", key);
                return await context.WaitForExternalEvent<string>("ECHO");
            case ActKind.Race:
                return await RaceAsync(context, key);
            case ActKind.Abandon:
                _ = context.CallActivityAsync<string>("work", key);
                _ = context.CreateTimer(TimeSpan.FromSeconds(act.Number), CancellationToken.None);
                return "left";
            case ActKind.Say:
                context.SetCustomStatus(key);
                return "said";
            case ActKind.Child or ActKind.BrokenChild:
                return await CallPartAsync(context, act, key);
            case ActKind.AtOnce:
                return $"[{string.Join(' ', await Task.WhenAll(act.Inner.Select((inner, at) => DoAsync(context, inner, $"{key}.{at}", []))))}]";
            default:
                throw new ArgumentOutOfRangeException(nameof(act), act, null);
        }
    }

    private static async Task<string> BreakAsync(TaskOrchestrationContext context, string key)
    {
        try
        {
            return await context.CallActivityAsync<string>("flaky", new Try(key, int.MaxValue), Retries(Expectation.BrokenAttempts));
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.FailureDetails.ErrorMessage} broken";
        }
    }

    // One that its sender has raised again, because it died before it heard that the event was taken, is told by its number.
    private static async Task<string> WaitAsync(TaskOrchestrationContext context, int name, int[] events)
    {
        while (true)
        {
            var number = await context.WaitForExternalEvent<int>($"event{name}");
            if (number < events[name])
                continue;
            events[name]++;
            return $"event{name}:{number}";
        }
    }

    private static async Task<string> HearNothingAsync(TaskOrchestrationContext context)
    {
        try
        {
            return await context.WaitForExternalEvent<string>("silence", TimeSpan.FromSeconds(2));
        }
        catch (OperationCanceledException)
        {
            return "silence";
        }
    }

    private static async Task<string> RaceAsync(TaskOrchestrationContext context, string key)
    {
        using var lost = new CancellationTokenSource();
        var timer = context.CreateTimer(Far, lost.Token);
        var work = context.CallActivityAsync<string>("work", key);
        var first = await Task.WhenAny(timer, work);
        lost.Cancel();
        return first == work ? await work : "overtaken";
    }

    private static async Task<string> CallPartAsync(TaskOrchestrationContext context, Act act, string key)
    {
        var part = new Part(key, act.Inner, act.Kind == ActKind.BrokenChild);
        var options = act.Number == 0 ? null : new TaskOptions().WithInstanceId($"{key}-own");
        try
        {
            return $"({await context.CallSubOrchestratorAsync<string>("part", part, options)})";
        }
        catch (TaskFailedException failed)
        {
            return $"({failed.FailureDetails.ErrorMessage} thrown)";
        }
    }

    private static TaskOptions Retries(int attempts) => TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, TimeSpan.FromSeconds(1)));

    /// <summary>The input of an activity that fails so many times.</summary>
    internal sealed record Try(string Key, int Failures);
}
