using System.Diagnostics;
using System.Globalization;

namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>
/// Every operation on the engine's file, in turn, fails, fails with those after it, or is the last one before the process dies. However that is: no activity
/// whose result is recorded runs again, no event is lost, and every orchestration ends once, with its result. Every push takes a sample, which PROCODE_SEED repeats;
/// PROCODE_DEEP=1 takes all.
/// </summary>
public sealed class FaultSweepTests(ITestOutputHelper output)
{
    private const int FewestPoints = 12;

    // Real time that a scenario's sample may take beyond its fewest points; no test fails of it.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);
    private static readonly bool IsDeep = Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PROCODE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next(1_000_000);

    private static readonly FateKind[] Kinds = [FateKind.Fail, FateKind.Outage, FateKind.DieBefore, FateKind.DieAfter];

    public static TheoryData<string> Names => [.. Scenario.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Orchestration_AnyOperationFailsOrIsTheLast_EndsOnceWithNothingLostOrRepeated(string name)
    {
        var scenario = Scenario.All[name];
        var untouched = new StorageFate();
        Assert.Empty(await GoAsync(scenario, untouched, forceReplay: false));

        var violations = new List<string>();
        var (watch, points) = (Stopwatch.StartNew(), 0);
        foreach (var (point, kind) in IsDeep ? Points(untouched.Operations) : Sample(name, untouched.Operations))
        {
            if (!IsDeep && points >= FewestPoints && watch.Elapsed > Budget)
                break;
            var fate = new StorageFate(kind, point);
            var found = await GoAsync(scenario, fate, forceReplay: point % 2 == 0);
            if (!fate.HasCome)
                continue;
            points++;
            violations.AddRange(found.Select(violation => $"{name}, {kind} at operation {point} ({Line(fate.Operation!)}): {violation}"));
        }

        output.WriteLine(
            $"{name}: N = {untouched.Operations} operations without a fault; {points} points, {violations.Count} violations; seed {Seed}; {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(violations.Count == 0, $"{string.Join('\n', violations.Take(20))}\n{violations.Count} violations, PROCODE_SEED={Seed}");
        Assert.True(points >= FewestPoints, $"only {points} points");
    }

    private static async Task<IReadOnlyList<string>> GoAsync(Scenario scenario, StorageFate fate, bool forceReplay)
    {
        await using var engine = new MortalEngine(scenario, fate, forceReplay);
        try
        {
            return await engine.GoAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return [exception.ToString()];
        }
    }

    // How many operations there are differs a little from run to run; a point that doesn't come is none.
    private static IEnumerable<(int Point, FateKind Kind)> Points(int operations) =>
        from point in Enumerable.Range(1, operations + 20)
        from kind in Kinds
        select (point, kind);

    private static IEnumerable<(int Point, FateKind Kind)> Sample(string name, int operations)
    {
        var random = new Random(Seed ^ name.Length);
        while (true)
            yield return (random.Next(1, operations + 1), Kinds[random.Next(Kinds.Length)]);
    }

    private static string Line(string statement) => string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(6));
}
