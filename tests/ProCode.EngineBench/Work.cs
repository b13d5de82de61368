using Microsoft.DurableTask;

namespace ProCode.EngineBench;

/// <summary>The orchestrations that are measured; none of their activities does anything.</summary>
internal static class Work
{
    public const string Hello5 = nameof(Hello5);
    public const string FanOut = nameof(FanOut);
    public const string WaitForGo = nameof(WaitForGo);
    public const string WaitOrTimer = nameof(WaitOrTimer);
    public const string Echo = nameof(Echo);
    public const string Sequence = nameof(Sequence);
    public const string Go = nameof(Go);

    private const string Hello = nameof(Hello);

    public static void Register(DurableTaskRegistry tasks)
    {
        tasks.AddActivityFunc<string, string>(Hello, (_, name) => $"Hello {name}!");
        tasks.AddOrchestratorFunc<string, string>(Echo, (_, input) => Task.FromResult(input));
        tasks.AddOrchestratorFunc(WaitForGo, context => context.WaitForExternalEvent<string>(Go));
        tasks.AddOrchestratorFunc(WaitOrTimer, context => Task.WhenAny(
            context.WaitForExternalEvent<string>(Go), context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)));
        tasks.AddOrchestratorFunc(Hello5, async context =>
        {
            foreach (var city in (string[])["Tokyo", "Seattle", "London", "Cairo", "Lima"]) await context.CallActivityAsync<string>(Hello, city);
        });
        tasks.AddOrchestratorFunc<int, int>(FanOut, async (context, width) =>
        {
            var all = await Task.WhenAll(Enumerable.Range(0, width).Select(_ => context.CallActivityAsync<string>(Hello, "all")));
            return all.Length;
        });
        tasks.AddOrchestratorFunc<int, int>(Sequence, async (context, length) =>
        {
            for (var i = 0; i < length; i++) await context.CallActivityAsync<string>(Hello, "one");
            await context.WaitForExternalEvent<string>(Go);
            return length;
        });
    }
}
