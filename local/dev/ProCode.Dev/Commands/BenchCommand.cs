using System.CommandLine;
using ProCode.Dev.Bench;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev bench</c>: measures a Release build on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Which benchmark: main.", DefaultValueFactory = _ => "main" };
        name.AcceptOnlyFromAmong("main");
        var json = new Option<FileInfo?>("--json") { Description = "Write the figures to this file too.", HelpName = "FILE" };
        var command = new Command("bench", "Measure a Release build; print a table.") { name, json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo? json, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("procode-bench-").FullName;
        var report = new BenchReport();
        try
        {
            await AzuriteInstallation.EnsureAsync(cancellation);
            await Setup.BuildAppAsync("release", Console.WriteLine, cancellation);
            var baseImages = Checkout.PathOf("artifacts/local/dev/base");
            await Setup.EnsureBaseImageAsync(baseImages, Console.WriteLine, cancellation);
            await new MainBenchmark(data, baseImages, Console.WriteLine).RunAsync(report, cancellation);
        }
        finally
        {
            await AgentProcesses.StopAsync(data, CancellationToken.None);
            Directory.Delete(data, recursive: true);
        }

        report.Show(Terminal.Open());
        if (json is not null)
        {
            await report.WriteAsync(json.FullName, cancellation);
        }

        return 0;
    }
}
