using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ProCode.Dev.Mutations;

/// <summary>
/// Shows that the tests would notice a stand-in that behaves differently: each mutation is built in a copy of the tree, and a test
/// of its class must fail. Only the stand-in is built anew; its assembly takes the place of the sound one beside the tests.
/// </summary>
internal sealed partial class MutationRun(IReadOnlyList<Mutation> mutations, Action<string> say)
{
    // Above what the slowest class takes on a busy machine: a mutation may make the stand-in wait for ever, which is noticed as well.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>How many were tried: all but those whose tests are skipped here.</summary>
    public int Tried { get; private set; }

    /// <summary>Those that were not noticed, and why they should have been; empty when every one that was tried was noticed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        using var tree = await TreeCopy.MakeAsync(cancellation);
        foreach (var suite in mutations.Select(mutation => mutation.Suite).Distinct())
        {
            await RequireAsync(tree, cancellation, "build", $"tests/{suite}", "-nologo", "-v", "quiet", "-nodeReuse:false");
        }

        var problems = new List<string>();

        var skipped = new HashSet<(string, string)>();

        // Tests that fail anyway would notice everything, and those that are skipped nothing.
        foreach (var mutation in mutations.DistinctBy(mutation => (mutation.Suite, mutation.Tests)))
        {
            var (failure, skips) = await TestAsync(tree, mutation, cancellation);
            if (failure is not null)
            {
                problems.Add($"{mutation.Tests} fails without any mutation: {failure}");
            }
            else if (skips)
            {
                skipped.Add((mutation.Suite, mutation.Tests));
                say($"not tried: the mutations for {mutation.Tests}, of which tests are skipped here for want of a tool");
            }
        }

        return problems.Count > 0 ? problems : await TryAllAsync(tree, skipped, cancellation);
    }

    private async Task<IReadOnlyList<string>> TryAllAsync(TreeCopy tree, HashSet<(string, string)> skipped, CancellationToken cancellation)
    {
        var unnoticed = new List<string>();
        foreach (var (number, mutation) in mutations.Where(mutation => !skipped.Contains((mutation.Suite, mutation.Tests))).Index())
        {
            Tried++;
            var watch = Stopwatch.StartNew();
            var noticed = await TryAsync(tree, mutation, cancellation);
            say($"{number + 1,2}. {(noticed is null ? "NOT NOTICED" : "noticed")} ({watch.Elapsed.TotalSeconds:0} s): {mutation.File}: {mutation.Becomes}");
            if (noticed is null)
            {
                unnoticed.Add($"{mutation.File}: no test of {mutation.Tests} fails when '{mutation.Line}' is '{mutation.Becomes}'");
            }
            else
            {
                say($"    {noticed}");
            }
        }

        return unnoticed;
    }

    private static async Task<string?> TryAsync(TreeCopy tree, Mutation mutation, CancellationToken cancellation)
    {
        var (folder, project) = mutation.Owner();
        var source = tree.PathOf(mutation.File);
        var beside = tree.PathOf($"artifacts/local/bin/{mutation.Suite}/debug/{project}.dll");
        var (text, assembly) = (await File.ReadAllTextAsync(source, cancellation), await File.ReadAllBytesAsync(beside, cancellation));
        await File.WriteAllTextAsync(source, mutation.ApplyTo(text), cancellation);
        try
        {
            await RequireAsync(tree, cancellation, "build", folder, "--no-restore", "--no-dependencies", "-nologo", "-v", "quiet", "-nodeReuse:false");
            File.Copy(tree.PathOf($"artifacts/local/bin/{project}/debug/{project}.dll"), beside, overwrite: true);
            return (await TestAsync(tree, mutation, cancellation)).Failure;
        }
        finally
        {
            await File.WriteAllTextAsync(source, text, CancellationToken.None);
            await File.WriteAllBytesAsync(beside, assembly, CancellationToken.None);
        }
    }

    /// <summary>The first failure of the mutation's tests, or null when they pass, and whether some of them are skipped.</summary>
    private static async Task<(string? Failure, bool Skips)> TestAsync(TreeCopy tree, Mutation mutation, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_patience);
        try
        {
            var result = await tree.DotnetAsync(
                deadline.Token, tree.PathOf($"artifacts/local/bin/{mutation.Suite}/debug/{mutation.Suite}.dll"), "-noLogo", "-noColor", "-class", $"*.{mutation.Tests}", "-stopOnFail");
            return result.ExitCode == 0 ? (null, SkippedTests().IsMatch(result.Output))
                : (result.Output.Split('\n').FirstOrDefault(line => line.Contains("[FAIL]", StringComparison.Ordinal))?.Trim()
                    ?? throw new DevException($"The tests of {mutation.Tests} ended with {result.ExitCode}, and none of them failed:\n{result.Output}"), false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ($"the tests don't end within {_patience.TotalMinutes:0} minutes", false);
        }
    }

    private static async Task RequireAsync(TreeCopy tree, CancellationToken cancellation, params string[] arguments)
    {
        var result = await tree.DotnetAsync(cancellation, arguments);
        if (result.ExitCode != 0)
        {
            throw new DevException($"'dotnet {string.Join(' ', arguments)}' ended with {result.ExitCode}:\n{result.Output}");
        }
    }

    // The summary's line: Total: 9, Errors: 0, Failed: 0, Skipped: 2, …
    [GeneratedRegex(@"Skipped: [1-9]")]
    private static partial Regex SkippedTests();
}
