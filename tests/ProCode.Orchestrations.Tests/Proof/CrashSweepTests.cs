using System.Diagnostics;
using System.Globalization;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>
/// The process dies at every request to the storage, of every path, right before it is carried out and right after, and another one goes on. In the end everything is as if
/// nothing had been, and whoever looks from outside has seen one of everything. Every push takes a sample, which PROCODE_SEED repeats; PROCODE_DEEP=1 takes all,
/// PROCODE_PATH names the one path to go, and PROCODE_POINTS the requests, such as 90 or 300-450, so that a long path can be gone in parts.
/// </summary>
public sealed class CrashSweepTests(ITestOutputHelper output)
{
    // Real time that the sample of a path may take beyond its fewest points; no test fails of it.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);
    private const int Fewest = 3;

    private static readonly bool IsDeep = Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PROCODE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next(1_000_000);

    // The first and the last request at which to die, when they are given.
    private static readonly (int First, int Last)? Part = Environment.GetEnvironmentVariable("PROCODE_POINTS") is { Length: > 0 } part ? PartOf(part) : null;

    public static TheoryData<string> Names => Environment.GetEnvironmentVariable("PROCODE_PATH") is { Length: > 0 } one ? [one] : [.. Paths.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Path_ItsProcessDiesAnywhere_EndsAsIfItHadNot(string path)
    {
        var (expected, requests, untouched) = await GoAsync(path, new Fate(0, after: false));
        Assert.True(untouched.Count == 0, string.Join('\n', untouched));

        var violations = new List<string>();
        var (watch, points) = (Stopwatch.StartNew(), 0);
        var goesAll = IsDeep || Part is not null;
        foreach (var (point, after) in goesAll ? Points(Part ?? (1, int.MaxValue)) : Sample(path, requests))
        {
            if (!goesAll && points >= Fewest && watch.Elapsed > Budget) break;
            var fate = new Fate(point, after);
            var (outcome, _, found) = await TryAsync(path, fate);
            if (!fate.HasCome && goesAll) break;
            if (!fate.HasCome) continue;
            points++;
            var differs = outcome == expected ? [] : new[] { $"it ends otherwise:\n{outcome}\ninstead of:\n{expected}" };
            var here = found.Concat(differs).Select(violation => $"{path}, died {(after ? "after" : "before")} request {point}: {violation}").ToList();
            violations.AddRange(here);
            foreach (var violation in here) output.WriteLine(violation);
            if (goesAll && points % 50 == 0) TestContext.Current.SendDiagnosticMessage("{0}: {1} points so far, up to request {2} of about {3}, {4} violations", path, points, point, requests, violations.Count);
        }

        output.WriteLine($"{path}: {requests} requests without a death; {points} points, {violations.Count} violations; seed {Seed}; {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(violations.Count == 0, $"{string.Join('\n', violations)}\nPROCODE_SEED={Seed}");
        Assert.True(points >= (Part is null ? Fewest : 1), $"only {points} points");
    }

    private static (int First, int Last) PartOf(string part)
    {
        var ends = part.Split('-');
        return (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(int Point, bool After)> Points((int First, int Last) part)
    {
        for (var point = part.First; point <= part.Last; point++)
        {
            yield return (point, false);
            yield return (point, true);
        }
    }

    private static IEnumerable<(int Point, bool After)> Sample(string path, int requests)
    {
        var random = new Random(Seed ^ path.Length);
        while (true) yield return (random.Next(1, requests * 9 / 10), random.Next(2) == 0);
    }

    // A path that doesn't come to its end is a violation like others.
    private static async Task<(string Outcome, int Requests, IReadOnlyList<string> Violations)> TryAsync(string path, Fate fate)
    {
        try
        {
            return await GoAsync(path, fate);
        }
        catch (Exception e) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return ("", fate.Requests, [e.ToString()]);
        }
    }

    private static async Task<(string Outcome, int Requests, IReadOnlyList<string> Violations)> GoAsync(string path, Fate fate)
    {
        var past = new Past();
        await using var platform = await MortalPlatform.BeginAsync(fate, async world => past = await Paths.BeforeAsync(path, world));
        await Paths.All[path](platform, past);
        var audit = new Audit(platform, past);
        await audit.SettleAsync();
        var violations = await audit.RunAsync();
        return ((await Ledger.ReadAsync(platform.World, past.App)).Outcome(platform.World), fate.Requests, violations);
    }
}
