using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace ProCode.Dev.Bench;

/// <summary>The figures of a benchmark, with the machine they were taken on.</summary>
internal sealed class BenchReport
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly Dictionary<string, Figure> _figures = [];

    public void Add(string name, Figure figure) => _figures[name] = figure;

    public void Show(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("figure");
        foreach (var column in (string[])["median", "min", "max"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("unit");
        foreach (var (name, figure) in _figures)
        {
            table.AddRow(name, $"{figure.Median:0.##}", $"{figure.Min:0.##}", $"{figure.Max:0.##}", figure.Unit);
        }

        console.Write(table);
    }

    public Task WriteAsync(string file, CancellationToken cancellation)
    {
        var machine = new
        {
            os = RuntimeInformation.OSDescription,
            architecture = RuntimeInformation.OSArchitecture.ToString(),
            cores = Environment.ProcessorCount,
            memoryMiB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
            dotnet = Environment.Version.ToString(),
        };
        return File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine, figures = _figures }, _json) + "\n", cancellation);
    }
}
