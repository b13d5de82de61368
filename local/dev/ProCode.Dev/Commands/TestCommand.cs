using System.CommandLine;
using System.Diagnostics;
using ProCode.Dev.Mutations;
using ProCode.Dev.Testing;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev test</c>: everything that must hold before a change goes in.</summary>
internal static class TestCommand
{
    private static readonly string[] _optionalTools = ["busybox-static", "crun", "docker-registry", "openjdk-17-jdk-headless", "podman", "runc", "skopeo", "uidmap"];

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
        var reports = new List<TestReport>();
        if (inCi)
        {
            reports.Add(await StepAsync("Install optional tools", () => InstallToolsAsync(cancellation)));
        }

        reports.Add(await StepAsync("Install Azurite", () => AzuriteInstallation.EnsureAsync(cancellation)));
        reports.Add(await StepAsync("Install GitHub's description", () => NpmInstallation.EnsureAsync("tests/ProCode.Shared.Tests/Repos/GitHub/prism", cancellation)));
        reports.Add(await StepAsync("Restore", () => DotnetAsync(cancellation, "restore", "ProCode.sln", "-nologo", "-v", "quiet", "-nodeReuse:false")));
        if (reports.TrueForAll(report => report.Failed == 0))
        {
            reports.Add(await StepAsync("Build", () => DotnetAsync(cancellation, "build", "ProCode.sln", "--no-restore", "-nologo", "-v", "quiet", "-nodeReuse:false")));
        }

        // What does not build has no tests to run; what is only formatted badly has.
        if (reports.TrueForAll(report => report.Failed == 0))
        {
            // The build has found everything but whitespace, which needs no project to be loaded.
            reports.Add(await StepAsync("Format", () => DotnetAsync(cancellation, "format", "whitespace", ".", "--folder", "--verify-no-changes", "--exclude", "artifacts")));
            reports.AddRange(await new TestRunner(deep, Say).RunAsync(deep ? TimeSpan.FromHours(3) : TimeSpan.FromMinutes(14), cancellation));
            if (deep)
            {
                reports.Add(await StepAsync("Mutations", () => MutationsCommand.RequireAsync(Mutation.All(), cancellation)));
            }
        }

        return SumUp(reports, inCi, watch.Elapsed);
    }

    private static int SumUp(List<TestReport> reports, bool inCi, TimeSpan elapsed)
    {
        foreach (var skip in reports.SelectMany(report => report.Skips))
        {
            Say($"skipped: {skip}");
        }

        foreach (var failure in reports.SelectMany(report => report.Failures))
        {
            Say($"\nFAILED {failure}");
        }

        var (passed, failed, skipped) = (reports.Sum(r => r.Passed), reports.Sum(r => r.Failed), reports.Sum(r => r.Skipped));
        Say($"\nDone in {elapsed:m\\:ss}.");
        if (inCi && skipped > 0)
        {
            Say("In CI every tool is installed, so a skipped test is a failure of the run.");
        }

        Say($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed > 0 || passed == 0 || (inCi && skipped > 0) ? 1 : 0;
    }

    private static Task<string> DotnetAsync(CancellationToken cancellation, params string[] arguments) => Tool.RequireAsync(["dotnet", .. arguments], cancellation);

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

    private static async Task<TestReport> StepAsync(string name, Func<Task<string>> step)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await step();
            Say($"{name}: ok ({watch.Elapsed.TotalSeconds:0.0} s)");
            return new TestReport(name, watch.Elapsed, 0, 0, 0, [], []);
        }
        catch (Exception e) when (e is DevException or InvalidOperationException)
        {
            Say($"{name}: FAILED ({watch.Elapsed.TotalSeconds:0.0} s)");
            return TestReport.Broken(name, watch.Elapsed, "", e.Message);
        }
    }

    private static void Say(string line) => Console.WriteLine(line);
}
