using System.Text;
using Microsoft.DurableTask;

namespace ProCode.Runtime.CrashWorker;

/// <summary>The input of every orchestration: which round it belongs to, and the generation of one that continues as new.</summary>
public sealed record Start(string Round, int Generation);

/// <summary>Effects that outlive the process: one line per run of an activity.</summary>
public sealed class Effects(string path)
{
    private readonly Lock _gate = new();

    public void Add(string key)
    {
        // .NET appends at an offset that it has looked up before, so two threads at once would overwrite each other. What one write
        // has handed to the operating system survives kill -9.
        lock (_gate)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(key + "\n"));
        }
    }

    public int Count(string key) => File.ReadLines(path).Count(line => line == key);
}

/// <summary>The orchestrations of one round. Every activity's key is unique in all rounds, and is its result.</summary>
public static class Workload
{
    public const int Steps = 12;
    public const int Branches = 10;
    public const int Events = 5;
    public const int Children = 3;
    public const int Generations = 8;
    public const int FailedAttempts = 2;

    public static readonly string[] Kinds = ["sequence", "fan", "receiver", "sender", "family", "loop", "retry"];

    public static string InstanceId(string kind, string round) => $"{kind}-{round}";

    /// <summary>What the orchestration must return.</summary>
    public static string Expected(string kind, string round) => kind switch
    {
        "sequence" => Keys(kind, round, Steps),
        "fan" => Keys(kind, round, Branches),
        "receiver" => Keys(kind, round, Events),
        "sender" => "sent",
        "family" => string.Join(',', Enumerable.Range(0, Children).Select(i => Keys($"child{i}", round, 2))),
        "loop" => $"{Generations} generations",
        "retry" => $"retry-{round}:0",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static void Register(DurableTaskRegistry registry, Effects effects)
    {
        registry.AddActivityFunc<string, string>("work", async (_, key) =>
        {
            effects.Add(key);
            await Task.Delay(2);
            return key;
        });
        registry.AddActivityFunc<string, string>("flaky", (_, key) =>
        {
            effects.Add(key);
            return effects.Count(key) > FailedAttempts ? key : throw new InvalidOperationException($"not yet {key}");
        });

        registry.AddOrchestratorFunc<Start, string>("sequence", async (context, start) =>
        {
            var done = new List<string>();
            for (var i = 0; i < Steps; i++)
                done.Add(await context.CallActivityAsync<string>("work", $"sequence-{start.Round}:{i}"));
            return string.Join(',', done);
        });
        registry.AddOrchestratorFunc<Start, string>("fan", async (context, start) => string.Join(',', await Task.WhenAll(
            Enumerable.Range(0, Branches).Select(i => context.CallActivityAsync<string>("work", $"fan-{start.Round}:{i}")))));
        registry.AddOrchestratorFunc<Start, string>("receiver", async (context, start) =>
        {
            var done = new List<string>();
            for (var i = 0; i < Events; i++)
            {
                var number = await context.WaitForExternalEvent<int>("number", TimeSpan.FromMinutes(10));
                await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
                done.Add(await context.CallActivityAsync<string>("work", $"receiver-{start.Round}:{number}"));
            }

            return string.Join(',', done);
        });
        registry.AddOrchestratorFunc<Start, string>("sender", async (context, start) =>
        {
            for (var i = 0; i < Events; i++)
            {
                context.SendEvent(InstanceId("receiver", start.Round), "NUMBER", i);
                await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            }

            return "sent";
        });
        registry.AddOrchestratorFunc<Start, string>("family", async (context, start) => string.Join(',', await Task.WhenAll(
            Enumerable.Range(0, Children).Select(i => context.CallSubOrchestratorAsync<string>(
                "child", $"child{i}-{start.Round}", new TaskOptions().WithInstanceId($"child{i}-{start.Round}"))))));
        registry.AddOrchestratorFunc<string, string>("child", async (context, key) => string.Join(
            ',',
            await context.CallActivityAsync<string>("work", $"{key}:0"),
            await context.CallActivityAsync<string>("work", $"{key}:1")));
        registry.AddOrchestratorFunc<Start, string>("loop", async (context, start) =>
        {
            if (start.Generation == Generations)
                return $"{Generations} generations";
            await context.CallActivityAsync<string>("work", $"loop-{start.Round}:{start.Generation}");
            await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            context.ContinueAsNew(start with { Generation = start.Generation + 1 });
            return "";
        });
        registry.AddOrchestratorFunc<Start, string>("retry", (context, start) => context.CallActivityAsync<string>(
            "flaky", $"retry-{start.Round}:0", TaskOptions.FromRetryPolicy(new RetryPolicy(10, TimeSpan.FromMilliseconds(10)))));
    }

    private static string Keys(string kind, string round, int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => $"{kind}-{round}:{i}"));
}
