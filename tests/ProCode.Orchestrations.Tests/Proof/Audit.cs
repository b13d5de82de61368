using Microsoft.DurableTask.Client;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What must be so when everything has come to its end, whatever has died on the way. Whatever isn't is told.</summary>
internal sealed class Audit(MortalPlatform platform, Past past)
{
    private readonly List<string> _violations = [];

    private TestPlatform World => platform.World;

    /// <summary>Lets time pass until nothing is owed, looked after or under way, if that ever comes.</summary>
    public async Task SettleAsync()
    {
        try
        {
            await platform.UntilAsync(async () => (await Ledger.RowsAsync(World, TableNames.Runs)).Count == 0 && await LeftoversAsync() is [], ticks: 400);
        }
        catch (TimeoutException)
        {
            // The audit tells what is left.
        }
    }

    /// <summary>What is not as it must be.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        _violations.AddRange(await LeftoversAsync());
        var ledger = await Ledger.ReadAsync(World, past.App);
        CheckEnds(ledger);
        CheckDeployments(ledger);
        CheckServers(ledger);
        CheckBlobs(ledger);
        await CheckListsAsync(ledger);
        _violations.AddRange(new EventAudit(World, ledger, past).Run());
        return _violations;
    }

    // What must be gone after the sweeps.
    private async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var ledger = await Ledger.ReadAsync(World, past.App);
        var left = ledger.Rows.Where(row => row.RowKey.StartsWith(AppRows.OutboxPrefix, StringComparison.Ordinal)).Select(row => $"still owed: {row.RowKey}").ToList();
        left.AddRange((await Ledger.RowsAsync(World, TableNames.Runs)).Select(row => $"still looked after: run {row.RowKey}"));
        left.AddRange((await Ledger.RowsAsync(World, TableNames.Polls)).Select(row => $"still polled: {row.RowKey}"));

        // An iteration's own orchestration lives as long as it is open.
        var open = ledger.Iterations.Where(iteration => iteration is { IsOpen: true, PipelineId: not null })
            .Select(iteration => InstanceIds.ForIteration(new IterationRequest(iteration.AppId, iteration.PipelineId!.Value))).ToHashSet();
        await foreach (var instance in platform.Durable.GetAllInstancesAsync(new OrchestrationQuery { PageSize = 1000 }))
        {
            if (instance.IsCompleted == open.Contains(instance.InstanceId)) left.Add($"{instance.InstanceId} is {instance.RuntimeStatus}");
            if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed) left.Add($"{instance.InstanceId} failed: {instance.FailureDetails}");
            open.Remove(instance.InstanceId);
        }

        left.AddRange(open.Select(id => $"{id} is not there"));
        return left;
    }

    private void CheckEnds(Ledger ledger)
    {
        foreach (var pipeline in ledger.Pipelines.Where(pipeline => pipeline.Type == PipelineType.PHASE))
        {
            var runs = ledger.Runs.Where(run => run.PipelineId == pipeline.Id).ToList();
            Check(pipeline.Status.IsFinal() && pipeline.WaitingFor is null, $"pipeline {pipeline.Id} is {pipeline.Status}, waiting for {pipeline.WaitingFor}");
            Check(runs.Select(run => run.Run).SequenceEqual(Enumerable.Range(1, pipeline.Run)), $"pipeline {pipeline.Id} has {runs.Count} runs of {pipeline.Run}");
            Check(runs.TrueForAll(run => run.EndedAt is not null && run.Status.IsFinal()), $"a run of pipeline {pipeline.Id} has not ended");
            Check(runs[^1].Status == pipeline.Status, $"pipeline {pipeline.Id} is {pipeline.Status}, its run {runs[^1].Status}");
            Check((pipeline.Status == PipelineStatus.SUCCESS) == pipeline.Stages.All(stage => stage.Status == StageStatus.SUCCESS), $"pipeline {pipeline.Id} is {pipeline.Status}, its stages aren't");
            if (pipeline.Trigger == PipelineTrigger.PHASE_ENTRY)
            {
                var phase = ledger.Iterations.SelectMany(iteration => iteration.Phases).Single(phase => phase.PipelineId == pipeline.Id);
                Check(phase.Status == (pipeline.Status == PipelineStatus.SUCCESS ? PhaseStatus.SUCCESS : PhaseStatus.FAILED), $"pipeline {pipeline.Id} is {pipeline.Status}, its phase {phase.Status}");
            }

            if (past.IsBefore(pipeline)) continue;
            foreach (var stage in pipeline.Stages.Where(stage => stage.Attempt > 0 && (pipeline.RollbackTo is null || stage.Stage == StageKind.DEPLOY)))
            {
                var records = ledger.Attempts.Where(attempt => attempt.PipelineId == pipeline.Id && attempt.Stage == stage.Stage).OrderBy(attempt => attempt.Run).ThenBy(attempt => attempt.Attempt).ToList();
                Check(records.Count > 0 && (records[^1].Attempt, records[^1].Status) == (stage.Attempt, stage.Status), $"pipeline {pipeline.Id}: {stage.Stage} {stage.Attempt} is {stage.Status}, its record {records.LastOrDefault()}");
            }
        }

        foreach (var iteration in ledger.Iterations.Where(iteration => iteration.PipelineId is not null))
        {
            var parent = ledger.Pipelines.Single(pipeline => pipeline.Id == iteration.PipelineId);
            Check(IterationProgress.Settle(parent, iteration, World.Time.GetUtcNow()) == parent, $"pipeline {parent.Id} is not where its iteration is");
        }
    }

    private void CheckDeployments(Ledger ledger)
    {
        foreach (var deployment in ledger.Deployments)
        {
            var id = DeployId.Parse(deployment.Id)!;
            var pipeline = ledger.Pipelines.Single(pipeline => pipeline.Id == deployment.PipelineId);
            Check(deployment.IsSettled, $"{deployment.Id} is {deployment.Status}");
            if (pipeline.DeployId == deployment.Id) Check(pipeline.DeployStatus == deployment.Status.ForPipeline(), $"{deployment.Id} is {deployment.Status}, its pipeline says {pipeline.DeployStatus}");
            if (deployment.IsGivenUp) Check(World.Target.CancelsOf(id) > 0, $"the target was not told that {deployment.Id} is given up");
        }

        var ids = ledger.Deployments.Select(deployment => deployment.Id).ToHashSet();
        foreach (var orders in World.Target.Orders.GroupBy(order => order.DeployId))
        {
            Check(ids.Contains(orders.Key), $"{orders.Key} was ordered and has no row");
            Check(orders.Select(order => (order.Fence, order.Digest, order.Environment)).Distinct().Count() == 1, $"{orders.Key} was ordered in different ways");
        }

        foreach (var environment in ledger.Environments)
        {
            Check(environment.HeldByPipelineId is null && environment.Queue.Count == 0, $"{environment.Name} is held by {environment.HeldByPipelineId}, {environment.Queue.Count} wait");
            var deployed = ledger.Deployments.Where(deployment => deployment.Environment == environment.Name).Select(deployment => deployment.Fence).Order();
            Check(deployed.SequenceEqual(Enumerable.Range(1, (int)environment.Fence).Select(fence => (long)fence)), $"{environment.Name} was taken {environment.Fence} times");
        }
    }

    private void CheckServers(Ledger ledger)
    {
        foreach (var (tag, commit) in World.Git.Tags) Check(ledger.Pipelines.Count(pipeline => pipeline.Tag == tag && pipeline.CommitId == commit) == 1, $"tag {tag} is on {commit} for nobody");
        foreach (var (branch, commit) in World.Git.Branches) Check(ledger.Pipelines.Count(pipeline => pipeline.TestBranch == branch && pipeline.CommitId == commit) == 1, $"branch {branch} is on {commit} for nobody");
        foreach (var images in World.Images.Built.GroupBy(image => image.Commit)) Check(images.Distinct().Count() == 1, $"commit {images.Key} made different images");
    }

    // Every blob is a source or a Dockerfile, or the log of an attempt, of a pipeline that there is.
    private void CheckBlobs(Ledger ledger)
    {
        var named = ledger.Pipelines.Where(pipeline => pipeline.CommitId is not null).Select(pipeline => PipelineArtifacts.SourceName(pipeline.AppId, pipeline.CommitId!)).ToHashSet();
        foreach (var run in ledger.Runs)
        {
            named.Add(PipelineArtifacts.DockerfileName(run.PipelineId, run.Run));
            foreach (var stage in Enum.GetValues<StageKind>())
            {
                var attempts = ledger.Attempts.Where(attempt => attempt.PipelineId == run.PipelineId && attempt.Run == run.Run && attempt.Stage == stage).Select(attempt => attempt.Attempt);
                named.UnionWith(attempts.Select(attempt => new StageLogId(run.PipelineId, run.Run, stage, attempt).BlobName));
            }
        }

        foreach (var blob in World.Blobs.Names) Check(named.Contains(blob[$"{BlobContainers.Pipelines}/".Length..]) || !past.IsEmpty, $"nobody knows the blob {blob}");
        foreach (var pipeline in ledger.Pipelines.Where(pipeline => pipeline.Type == PipelineType.PHASE && !past.IsBefore(pipeline) && pipeline.RollbackTo is null))
        {
            if (pipeline[StageKind.BUILD].Output is null) continue;
            var build = pipeline.OutputOf<BuildOutput>(StageKind.BUILD);
            Check(World.Blobs.TextOf($"{BlobContainers.Pipelines}/{build.Source}") is not null && World.Blobs.TextOf($"{BlobContainers.Pipelines}/{build.Dockerfile}") is not null, $"pipeline {pipeline.Id} has lost a blob");
        }
    }

    private async Task CheckListsAsync(Ledger ledger)
    {
        var lines = (await Ledger.RowsAsync(World, TableNames.Listings)).Where(row => row.PartitionKey.EndsWith("-pipelines", StringComparison.Ordinal)).ToDictionary(row => row.RowKey);
        Check(lines.Count == ledger.Pipelines.Count, $"{lines.Count} lines tell of {ledger.Pipelines.Count} pipelines");
        foreach (var pipeline in ledger.Pipelines)
        {
            var listed = lines.TryGetValue(InvertedId.Of(pipeline.Id), out var line) ? TestPlatform.Text(AppPartition.Read<Pipeline>(line).Value) : "nothing";
            Check(listed == TestPlatform.Text(pipeline) && line!.GetString("Status") == pipeline.Status.ToString(), $"the line of pipeline {pipeline.Id} says {listed}, and its row {TestPlatform.Text(pipeline)}");
        }
    }

    private void Check(bool isSo, string otherwise)
    {
        if (!isSo) _violations.Add(otherwise);
    }
}
