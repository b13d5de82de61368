using System.Globalization;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>
/// Random commands to several apps at once, each accepted or refused, and followed, as a small model of the platform says. The seed is printed, and a failure
/// comes with a short list of commands that shows it: run that with <c>ModelRunner.FindFaultAsync</c>. Every build takes the same commands; the deep tests take others
/// each time, and PROCODE_MODEL_SEED repeats those.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    // A platform of its own for so many, so that what a failure needs is not far back.
    private const int CommandsPerPlatform = 100;
    private const int MostTriesToShorten = 40;

    private const int EveryBuildsSeed = 7;

    private static readonly bool Deep = Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1";
    private static readonly int Steps = Deep ? 50_000 : 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RandomCommands_DoWhatTheModelSays()
    {
        var seed = Environment.GetEnvironmentVariable("PROCODE_MODEL_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Deep ? Random.Shared.Next() : EveryBuildsSeed;
        output.WriteLine($"PROCODE_MODEL_SEED={seed}");
        for (var first = 0; first < Steps; first += CommandsPerPlatform)
        {
            if (first > 0 && first % 1000 == 0) TestContext.Current.SendDiagnosticMessage("seed {0}: {1} commands", seed, first);
            var commands = ModelCommand.Many(new Random(seed + first), CommandsPerPlatform);
            if (await ModelRunner.FindFaultAsync(commands, Patience) is not { } fault) continue;
            TestContext.Current.SendDiagnosticMessage("seed {0}, commands from {1} on: {2}", seed, first, fault);
            var (few, itsFault) = await ShortenAsync(commands, fault);
            Assert.Fail($"Seed {seed}, commands from {first} on: {fault}\n{few.Count} commands are enough ({itsFault}):\n{string.Join(",\n", few)}");
        }
    }

    // Leaves out halves, then quarters, and so on, as long as something goes wrong without them, too.
    private static async Task<(IReadOnlyList<ModelCommand> Commands, string Fault)> ShortenAsync(IReadOnlyList<ModelCommand> commands, string fault)
    {
        var tries = 0;
        for (var part = commands.Count / 2; part > 0; part /= 2)
        {
            for (var at = 0; at < commands.Count && tries < MostTriesToShorten;)
            {
                IReadOnlyList<ModelCommand> fewer = [.. commands.Take(at), .. commands.Skip(at + part)];
                tries++;
                if (await ModelRunner.FindFaultAsync(fewer, Patience / 8) is { } same) (commands, fault) = (fewer, same);
                else at += part;
            }
        }

        return (commands, fault);
    }
}
