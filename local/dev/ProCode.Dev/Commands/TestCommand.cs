using System.CommandLine;
using System.Diagnostics;
using ProCode.Dev.Testing;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev test</c>: everything that must hold before a change goes in.</summary>
internal static class TestCommand
{
    private static readonly string[] _optionalTools = ["busybox-static", "crun", "podman", "runc", "skopeo", "uidmap"];

    public static Command Create()
    {
        var deep = new Option<bool>("--deep") { Description = "Run the long sweeps too." };
        var command = new Command("test", "Restore, build with warnings as errors, check the format, run all tests.") { deep };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(deep), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool deep, CancellationToken cancellation)
    {
        var inCi = Environment.GetEnvironmentVariable("CI") == "true";
        var watch = Stopwatch.StartNew();
        if (inCi)
        {
            await StepAsync("Install optional tools", () => InstallToolsAsync(cancellation));
        }

        await StepAsync("Install Azurite", () => AzuriteInstallation.EnsureAsync(cancellation));
        await StepAsync("Restore", () => Tool.RequireAsync(["dotnet", "restore", "ProCode.sln", "-nologo", "-v", "quiet", "-nodeReuse:false"], cancellation));
        await StepAsync("Build", () => Tool.RequireAsync(["dotnet", "build", "ProCode.sln", "--no-restore", "-nologo", "-v", "quiet", "-nodeReuse:false"], cancellation));
        await StepAsync("Format", () => Tool.RequireAsync(["dotnet", "format", "ProCode.sln", "--verify-no-changes", "--no-restore"], cancellation));

        var reports = await new TestRunner(deep, Say).RunAsync(deep ? TimeSpan.FromHours(3) : TimeSpan.FromMinutes(14), cancellation);
        foreach (var skip in reports.SelectMany(report => report.Skips))
        {
            Say($"skipped: {skip}");
        }

        foreach (var failure in reports.SelectMany(report => report.Failures))
        {
            Console.WriteLine($"\nFAILED {failure}");
        }

        var (passed, failed, skipped) = (reports.Sum(r => r.Passed), reports.Sum(r => r.Failed), reports.Sum(r => r.Skipped));
        Console.WriteLine($"\nDone in {watch.Elapsed:m\\:ss}.");
        if (inCi && skipped > 0)
        {
            Console.WriteLine("In CI every tool is installed, so a skipped test is a failure of the run.");
        }

        Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed > 0 || passed == 0 || (inCi && skipped > 0) ? 1 : 0;
    }

    private static async Task<string> InstallToolsAsync(CancellationToken cancellation)
    {
        if (!Tool.Exists("apt-get"))
        {
            throw new DevException("CI=true, but there is no apt-get to install the optional tools with.");
        }

        var quiet = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        var missing = await Tool.RunAsync(["dpkg", "-s", .. _optionalTools], cancellation);
        if (missing.ExitCode == 0)
        {
            return "";
        }

        await Tool.RequireAsync(["apt-get", "update", "-qq"], cancellation, quiet);
        return await Tool.RequireAsync(["apt-get", "install", "-y", "-qq", "--no-install-recommends", .. _optionalTools], cancellation, quiet);
    }

    private static async Task StepAsync(string name, Func<Task<string>> step)
    {
        var watch = Stopwatch.StartNew();
        await step();
        Say($"{name}: ok ({watch.Elapsed.TotalSeconds:0.0} s)");
    }

    private static void Say(string line) => Console.WriteLine(line);
}
