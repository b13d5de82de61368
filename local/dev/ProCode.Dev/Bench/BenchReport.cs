using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace ProCode.Dev.Bench;

/// <summary>The figures of a benchmark, with the machine and the runtime they were taken on.</summary>
internal sealed class BenchReport
{
    // Nothing here measures the real account or the real engine, and no figure must be read as if it did.
    private const string Azurite = "local runtime, Azurite";

    /// <summary>What is measured where Azurite would be all that is seen.</summary>
    public const string TablesInMemory = "local runtime, Azurite for blobs, tables in another process's memory";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly Dictionary<string, (Figure Figure, string Runtime)> _figures = [];

    public void Add(string name, Figure figure, string runtime = Azurite) => _figures[name] = (figure, runtime);

    public void Show(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("figure");
        foreach (var column in (string[])["value", "min", "max"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("unit").AddColumn(new TableColumn("samples").RightAligned()).AddColumn("measured on");
        foreach (var (name, (figure, runtime)) in _figures)
        {
            table.AddRow(name, $"{figure.Median:0.##}", $"{figure.Min:0.##}", $"{figure.Max:0.##}", figure.Unit, $"{figure.Samples}", runtime);
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
        var figures = _figures.ToDictionary(
            named => named.Key,
            named => new { named.Value.Figure.Median, named.Value.Figure.Min, named.Value.Figure.Max, named.Value.Figure.Unit, named.Value.Figure.Samples, named.Value.Runtime });
        return File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine, figures }, _json) + "\n", cancellation);
    }
}
