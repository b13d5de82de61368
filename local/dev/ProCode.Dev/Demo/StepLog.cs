using System.Diagnostics;
using Spectre.Console;

namespace ProCode.Dev.Demo;

/// <summary>Numbers the steps of the demo and takes their times.</summary>
internal sealed class StepLog(IAnsiConsole console)
{
    private readonly List<(string Name, TimeSpan Elapsed)> _rows = [];
    private int _number;

    /// <summary>Runs a step; a failure ends the demo, named after the step.</summary>
    public async Task<T> RunAsync<T>(string name, Func<Task<T>> step)
    {
        console.MarkupLineInterpolated($"[bold]{++_number}. {name}[/]");
        var watch = Stopwatch.StartNew();
        try
        {
            var result = await step();
            _rows.Add((name, watch.Elapsed));
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new DevException($"step {_number} ({name}) failed: {(e is DevException or Api.ApiException ? e.Message : e)}");
        }
    }

    /// <summary>Adds a row to the table without a step of its own.</summary>
    public void Note(string name, TimeSpan? elapsed)
    {
        if (elapsed is { } known)
        {
            _rows.Add((name, known));
        }
    }

    /// <summary>One fact below the current step.</summary>
    public void Say(string name, object? value) => console.WriteLine($"   {name,-12} {value}");

    /// <summary>Prints all times.</summary>
    public void ShowTimes()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(new TableColumn("what"), new TableColumn("time").RightAligned());
        foreach (var (name, elapsed) in _rows)
        {
            table.AddRow(new Text(name), new Text(StageDisplay.Seconds(elapsed)));
        }

        console.Write(table);
    }
}
