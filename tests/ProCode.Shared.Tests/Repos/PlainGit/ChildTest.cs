using System.Diagnostics;

namespace ProCode.Tests.Repos.PlainGit;

/// <summary>Runs one explicit test of this assembly in a process of its own, for what can only be set for a whole process.</summary>
internal static class ChildTest
{
    /// <summary>What the test wrote. It fails when the child does not end as it should: 137 is what is seen of one that was killed.</summary>
    public static async Task<string> RunAsync(Type type, string method, IReadOnlyDictionary<string, string> environment, int exitCode = 0)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        string[] program = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [Environment.ProcessPath, type.Assembly.Location] : [Environment.ProcessPath];
        string[] arguments = ["-c", "umask 077; exec \"$@\"", "sh", .. program, "-explicit", "only", "-method", $"{type.FullName}.{method}", "-showLiveOutput"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == exitCode, output);
        return output;
    }
}
