using System.Text.Json;
using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>All that there is of an app at one moment, read from outside.</summary>
internal sealed record Ledger(
    App App, IReadOnlyList<TableEntity> Rows, IReadOnlyList<Pipeline> Pipelines, IReadOnlyList<PipelineRun> Runs, IReadOnlyList<AttemptRecord> Attempts,
    IReadOnlyList<Iteration> Iterations, IReadOnlyList<Deployment> Deployments, IReadOnlyList<AppEnvironment> Environments, IReadOnlyList<EventDelivery> Deliveries,
    IReadOnlyList<StatusEvent> Told)
{
    /// <summary>Reads it.</summary>
    public static async Task<Ledger> ReadAsync(TestPlatform world, App app)
    {
        var rows = (await RowsAsync(world, TableNames.Apps)).Where(row => row.PartitionKey == AppRows.Partition(app.Id)).ToList();
        var ofPipelines = Of(AppRows.PipelinePrefix);
        var (pipelineLength, runLength) = (AppRows.Pipeline(1).Length, AppRows.Run(1, 1).Length);
        var told = world.Receiver.Sent.GroupBy(sent => sent.Headers.Id).Select(same => JsonSerializer.Deserialize<StatusEvent>(same.First().Body, ProCodeJson.Options)!);
        return new Ledger(
            app, rows,
            [.. Read<Pipeline>(ofPipelines.Where(row => row.RowKey.Length == pipelineLength)).OrderBy(pipeline => pipeline.Id)],
            [.. Read<PipelineRun>(ofPipelines.Where(row => row.RowKey.Length == runLength)).OrderBy(run => run.PipelineId).ThenBy(run => run.Run)],
            [.. Read<AttemptRecord>(ofPipelines.Where(row => row.RowKey.Length > runLength))],
            [.. Read<Iteration>(Of(AppRows.IterationPrefix)).OrderBy(iteration => iteration.Id)],
            [.. Read<Deployment>(Of(AppRows.DeploymentPrefix)).OrderBy(deployment => deployment.Fence)],
            [.. Read<AppEnvironment>(Of(AppRows.EnvironmentPrefix))],
            [.. Read<EventDelivery>(Of(AppRows.EventDeliveryPrefix))],
            [.. told.OrderBy(one => one.Sequence)]);

        IReadOnlyList<TableEntity> Of(string prefix) => [.. rows.Where(row => row.RowKey.StartsWith(prefix, StringComparison.Ordinal))];

        static IEnumerable<T> Read<T>(IEnumerable<TableEntity> from)
            where T : class => from.Select(row => AppPartition.Read<T>(row).Value);
    }

    /// <summary>All rows of a table.</summary>
    public static async Task<IReadOnlyList<TableEntity>> RowsAsync(TestPlatform world, string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in (await world.Get<Tables>().GetAsync(table, default)).QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }

    /// <summary>What came of everything, without ids and moments: the same whether a process has died on the way or not.</summary>
    public string Outcome(TestPlatform world)
    {
        var lines = new List<string>();
        var phases = Pipelines.Where(pipeline => pipeline.Type == PipelineType.PHASE).ToList();
        foreach (var pipeline in phases)
        {
            lines.Add($"{pipeline.Trigger} {pipeline.Environment} {pipeline.Tag} {pipeline.CommitId} {pipeline.Status} {pipeline.DeployStatus} run {pipeline.Run}: "
                + string.Join(", ", pipeline.Stages.Select(stage => $"{stage.Stage} {stage.Status} {stage.Attempt} {stage.Failure?.Error} {stage.ProceededBy}")));
        }

        lines.AddRange(Runs.Select(run => $"run {PlaceOf(run.PipelineId)}-{run.Run} {run.Cause} {run.FromStage} {run.Status} {run.EndedBy}"));
        lines.AddRange(Deployments.Select(one => $"deployment {PlaceOf(one.PipelineId)} {one.Environment} {one.Fence} {one.Status} {one.Digest} {one.Url}"));
        lines.AddRange(Iterations.Select(one => $"iteration {one.Status}: {string.Join(", ", one.Phases.Select(phase => $"{phase.Type} {phase.Status} {phase.Tag}"))}"));
        lines.AddRange(Pipelines.Except(phases).Select(one => $"{one.Type} {one.Status}: {string.Join(", ", one.IterationStages.Select(stage => stage.Status))}"));
        lines.AddRange(world.Git.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"tag {tag.Key} {tag.Value}"));
        lines.AddRange(world.Git.Branches.OrderBy(branch => branch.Key, StringComparer.Ordinal).Select(branch => $"branch {branch.Key} {branch.Value}"));
        lines.AddRange(world.Images.Built.Distinct().Select(image => $"image {image.Commit} {image.Digest}"));
        lines.AddRange(world.Target.Orders.DistinctBy(order => order.DeployId).Select(order => $"ordered {order.Environment} {order.Fence} {order.Digest}"));
        return string.Join('\n', lines);

        int PlaceOf(long pipelineId) => phases.FindIndex(pipeline => pipeline.Id == pipelineId);
    }
}
