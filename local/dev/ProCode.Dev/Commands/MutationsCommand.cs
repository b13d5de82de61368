using System.CommandLine;
using ProCode.Dev.Mutations;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev mutations</c>: would the tests notice a stand-in that is wrong? Part of <c>./dev test --deep</c>.</summary>
internal static class MutationsCommand
{
    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Only those whose file has this in its path.", HelpName = "PART" };
        var command = new Command("mutations", "Change the stand-ins line by line in a copy; their tests must fail.") { only };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(only) ?? "", cancellation));
        return command;
    }

    /// <summary>Every mutation that is written down; those that no test notices are a <see cref="DevException"/>.</summary>
    public static async Task<string> RequireAsync(IReadOnlyList<Mutation> mutations, CancellationToken cancellation)
    {
        var run = new MutationRun(mutations, Console.WriteLine);
        var unnoticed = await run.RunAsync(cancellation);
        return unnoticed.Count == 0 ? $"{run.Tried} of {mutations.Count} mutations were tried, none of them unnoticed" : throw new DevException(string.Join('\n', unnoticed));
    }

    private static async Task<int> RunAsync(string only, CancellationToken cancellation)
    {
        var chosen = Mutation.All().Where(mutation => mutation.File.Contains(only, StringComparison.Ordinal)).ToList();
        Console.WriteLine(chosen.Count == 0 ? throw new DevException($"No mutation's file has '{only}' in its path.") : await RequireAsync(chosen, cancellation));
        return 0;
    }
}
