using System.Text.Json;
using ProCode.Dev.Api;
using Spectre.Console;

namespace ProCode.Dev.Demo;

/// <summary>Shows a pipeline's stages while they run: a live table on a terminal, one line per change elsewhere.</summary>
internal sealed class StageDisplay(IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<(long Pipeline, string Stage), string> _shown = [];

    /// <summary>Shows until the pipeline settles or <paramref name="until"/> holds; returns what was seen last.</summary>
    public async Task<PipelineInfo> FollowAsync(ProCodeClient client, long pipelineId, Func<PipelineInfo, bool>? until, CancellationToken cancellation)
    {
        var changes = client.WatchPipelineAsync(pipelineId, cancellation);
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return await FollowInLinesAsync(changes, until);
        }

        PipelineInfo? last = null;
        await console.Live(new Text("")).StartAsync(async live =>
        {
            await using var enumerator = changes.GetAsyncEnumerator(cancellation);
            while (true)
            {
                var next = enumerator.MoveNextAsync().AsTask();
                while (await Task.WhenAny(next, Task.Delay(_tick, time, CancellationToken.None)) != next)
                {
                    Show(last);
                }

                if (!await next)
                {
                    return;
                }

                Show(last = enumerator.Current);
                if (until?.Invoke(last) == true)
                {
                    return;
                }
            }

            void Show(PipelineInfo? pipeline)
            {
                if (pipeline is not null)
                {
                    live.UpdateTarget(TableOf(pipeline));
                    live.Refresh();
                }
            }
        });
        return last!;
    }

    /// <summary>How long a stage took, or has been running.</summary>
    public TimeSpan? ElapsedOf(StageInfo stage) => stage.StartedAt is { } start ? (stage.EndedAt ?? time.GetUtcNow()) - start : null;

    private async Task<PipelineInfo> FollowInLinesAsync(IAsyncEnumerable<PipelineInfo> changes, Func<PipelineInfo, bool>? until)
    {
        PipelineInfo? last = null;
        await foreach (var pipeline in changes)
        {
            last = pipeline;
            foreach (var stage in pipeline.Stages.Where(stage => stage.Status != "PENDING"))
            {
                var line = $"{stage.Stage} {stage.Status}{(stage.EndedAt is null ? WaitingFor(pipeline, stage) : $" in {Seconds(ElapsedOf(stage))}")}";
                if (_shown.GetValueOrDefault((pipeline.Id, stage.Stage)) != line)
                {
                    console.WriteLine($"   {_shown[(pipeline.Id, stage.Stage)] = line}");
                }
            }

            if (until?.Invoke(pipeline) == true)
            {
                break;
            }
        }

        return last!;
    }

    private Table TableOf(PipelineInfo pipeline)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("stage", "status", "elapsed", "attempts", "");
        foreach (var stage in pipeline.Stages)
        {
            table.AddRow(
                new Text(stage.Stage),
                new Text(stage.Status, StyleOf(stage.Status)),
                new Text(Seconds(ElapsedOf(stage))),
                new Text(stage.Attempts > 0 ? $"{stage.Attempts}" : ""),
                new Text(WaitingFor(pipeline, stage).TrimStart(',', ' ')));
        }

        return table;
    }

    private static string WaitingFor(PipelineInfo pipeline, StageInfo stage)
    {
        if (stage.Stage != pipeline.CurrentStage || stage.EndedAt is not null)
        {
            return "";
        }

        var text = pipeline.WaitingFor.ValueKind switch
        {
            JsonValueKind.String => pipeline.WaitingFor.GetString(),
            JsonValueKind.Object when pipeline.WaitingFor.TryGetProperty("message", out var message) => message.GetString(),
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? "" : $", waiting: {text}";
    }

    public static string Seconds(TimeSpan? elapsed) => elapsed is { } value ? $"{value.TotalSeconds:0.00} s" : "";

    private static Style StyleOf(string status) => status switch
    {
        "SUCCESS" => new Style(Color.Green),
        "FAILED" => new Style(Color.Red),
        "RUNNING" => new Style(Color.Yellow),
        _ => Style.Plain,
    };
}
