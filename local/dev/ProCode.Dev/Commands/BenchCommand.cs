using System.CommandLine;
using System.Diagnostics;
using ProCode.Dev.Bench;

namespace ProCode.Dev.Commands;

/// <summary><c>./dev bench</c>: measures a Release build on this machine.</summary>
internal static class BenchCommand
{
    private const string Main = "main";
    private const string Pipelines = "pipelines";
    private const string Engine = "engine";
    private const string Throughput = "throughput";
    private const string Thousand = "thousand";
    private const string Load = "load";
    private const string Waiting = "waiting";

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = $"Which benchmark: {Main}, {Pipelines} or {Engine}.", DefaultValueFactory = _ => Main };
        name.AcceptOnlyFromAmong(Main, Pipelines, Engine);
        var json = new Option<FileInfo?>("--json") { Description = "Write the figures to this file too.", HelpName = "FILE" };
        var only = new Option<string?>("--only") { Description = $"One part of {Pipelines}: {Throughput}, {Thousand}, {Load} or {Waiting}.", HelpName = "PART" };
        only.AcceptOnlyFromAmong(Throughput, Thousand, Load, Waiting);
        var waiting = new Option<int>("--waiting") { Description = "How many pipelines wait.", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        var command = new Command("bench", "Measure a Release build; print a table.") { name, json, only, waiting };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json),
            (data, report) => parsed.GetValue(name) switch
            {
                Main => MeasureMainAsync(data, report, cancellation),
                Pipelines => MeasurePipelinesAsync(data, parsed.GetValue(only), parsed.GetValue(waiting), report, cancellation),
                _ => MeasureEngineAsync(data, report, cancellation),
            },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo? json, Func<string, BenchReport, Task> measure, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("procode-bench-").FullName;
        var report = new BenchReport();
        try
        {
            await measure(data, report);
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

    private static async Task MeasureMainAsync(string data, BenchReport report, CancellationToken cancellation)
    {
        await AzuriteInstallation.EnsureAsync(cancellation);
        await Setup.BuildAppAsync("release", Console.WriteLine, cancellation);
        var baseImages = Checkout.PathOf("artifacts/local/dev/base");
        await Setup.EnsureBaseImageAsync(baseImages, Console.WriteLine, cancellation);
        await new MainBenchmark(data, baseImages, Console.WriteLine).RunAsync(report, cancellation);
    }

    private static async Task MeasurePipelinesAsync(string data, string? only, int waiting, BenchReport report, CancellationToken cancellation)
    {
        await AzuriteInstallation.EnsureAsync(cancellation);
        await Setup.BuildPipelineBenchAsync("release", Console.WriteLine, cancellation);
        var say = SayWithTime();
        if (only is null or Throughput)
        {
            await new ThroughputPart(data, say).RunAsync(report, cancellation);
        }

        if (only is null or Thousand)
        {
            await new ThousandPart(data, say).RunAsync(report, cancellation);
        }

        if (only is null or Load)
        {
            await new LoadPart(data, say).RunAsync(report, cancellation);
        }

        if (only is null or Waiting)
        {
            await new WaitingPart(data, waiting, say).RunAsync(report, cancellation);
        }
    }

    private static async Task MeasureEngineAsync(string data, BenchReport report, CancellationToken cancellation)
    {
        await Setup.BuildEngineBenchAsync("release", Console.WriteLine, cancellation);
        await new EngineBenchmark(data, SayWithTime()).RunAsync(report, cancellation);
    }

    private static Action<string> SayWithTime()
    {
        var watch = Stopwatch.StartNew();
        return text => Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:0} s  {text}");
    }
}
