using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>Compares a platform with the model.</summary>
/// <param name="platform">What is.</param>
/// <param name="world">What must be.</param>
/// <param name="apps">The apps on the platform.</param>
/// <param name="patience">How long the platform may take to come to what the model says.</param>
internal sealed class ModelComparison(TestPlatform platform, ModelWorld world, IReadOnlyList<App> apps, TimeSpan patience)
{
    private readonly HashSet<string> _agreed = [];

    /// <summary>Whether the platform comes to what the model says in so much time. What is over and was as expected once isn't looked at again.</summary>
    public async Task<bool> IsAsExpectedAsync(TimeSpan within)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await DifferenceAsync(onlyOpen: true) is not null)
        {
            if (watch.Elapsed > within) return false;
            await Task.Delay(2);
        }

        return true;
    }

    /// <summary>Fails when the platform doesn't come to what the model says.</summary>
    public async Task CompareAsync(bool onlyOpen)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await DifferenceAsync(onlyOpen) is { } difference)
        {
            if (watch.Elapsed > patience) Assert.Fail(difference);
            await Task.Delay(2);
        }
    }

    // What is over and was as expected once is looked at again at the end only.
    private async Task<string?> DifferenceAsync(bool onlyOpen)
    {
        foreach (var pipeline in world.Pipelines)
        {
            if (onlyOpen && pipeline.IsOver && _agreed.Contains(pipeline.ToString())) continue;
            var row = await platform.PipelineAsync(pipeline.RunOf());
            if (ModelWorld.MayBeOrdered(pipeline) && row.WaitingFor?.Kind == WaitKind.DEPLOYMENT) world.Arrive(pipeline);
            var expected = pipeline.ToString();
            var actual = $"{row.Id}#{row.Run} {row.Status} {row.WaitingFor?.Kind} {row.DeployStatus} {string.Join(' ', row.Stages.Select(stage => $"{stage.Status}{stage.Attempt}"))}";
            if (actual != expected) return $"pipeline is    {actual}\nand must be {expected}";
            _agreed.Add(expected);
        }

        foreach (var ((app, name), environment) in world.Environments)
        {
            var row = (await platform.Get<AppPartition>().FindAsync<AppEnvironment>(app, AppRows.Environment(name), default))?.Value ?? new AppEnvironment(name, 0, null, null);
            var actual = $"held by {row.HeldByPipelineId}#{row.HeldByRun}, then {string.Join(' ', row.Queue.Select(one => $"{one.PipelineId}#{one.Run}"))}";
            if (actual != environment.ToString()) return $"{app}/{name} is {actual}\nand must be {environment}";
        }

        foreach (var iteration in world.Iterations)
        {
            var expected = iteration.ToString();
            if (onlyOpen && !iteration.IsOpen && _agreed.Contains(expected)) continue;
            var row = await platform.ReadAsync(iteration.Row);
            var span = row.PipelineId is null ? null : (PipelineStatus?)(await platform.SpanAsync(row)).Status;
            var actual = $"{row.Id} {row.Status} span {span}: {string.Join(' ', row.Phases.Select(phase => $"{phase.Type}:{phase.Status}:{phase.PipelineId}"))}";
            if (actual != expected) return $"iteration is   {actual}\nand must be {expected}";
            _agreed.Add(expected);
        }

        var twice = platform.Target.Orders.GroupBy(order => order.DeployId).FirstOrDefault(orders => orders.Count() > 1);
        return twice is null ? null : $"{twice.Key} was ordered {twice.Count()} times";
    }

    /// <summary>At the end: every run with its cause and end, every deployment's end, every effect once, nothing owed.</summary>
    public async Task CompareHistoryAsync()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await UnpaidAsync() is { } unpaid)
        {
            if (watch.Elapsed > patience) Assert.Fail(unpaid);
            await platform.SweepAsync();
        }

        foreach (var pipeline in world.Pipelines)
        {
            var (_, runs, _) = (await platform.Get<PipelineStore>().FindWithRunsAsync(pipeline.Id, default))!.Value;
            Assert.Equal(
                pipeline.Runs.Select((run, at) => (at + 1, run.Cause, run.From, run.End)),
                runs.Select(run => (run.Run, run.Cause, run.FromStage, run.EndedAt is null ? null : (PipelineStatus?)run.Status)));
        }

        foreach (var (id, status) in world.Deployments)
        {
            var row = (await platform.Get<DeploymentStore>().GetAsync(DeployId.Parse(id)!, default)).Value;
            Assert.Equal((id, status), (row.Id, row.IsSettled ? (OpsStatus?)row.Status : null));
            if (row.IsGivenUp) Assert.True(platform.Target.CancelsOf(DeployId.Parse(id)!) > 0, $"the target was not told that {id} is given up");
        }

        // One that was on its way when its run ended may have come or not; it is no surprise to a target that looks at the fence.
        var orders = platform.Target.Orders.Where(order => !world.PerhapsOrdered.Contains(order.DeployId)).ToList();
        Assert.Equal(world.Ordered.Except(world.PerhapsOrdered).Order(StringComparer.Ordinal), orders.Select(order => order.DeployId).Order(StringComparer.Ordinal));
        foreach (var fences in orders.GroupBy(order => (order.AppId, order.Environment)))
            Assert.Equal(fences.Select(order => order.Fence).Distinct().Order(), fences.Select(order => order.Fence));
    }

    // What the sweeps should have paid. Who waits for an ops system that is away asks it again and again, and owes its line each time.
    private async Task<string?> UnpaidAsync()
    {
        var others = world.Pipelines.Where(one => one.Waits != WaitKind.OPS).ToList();
        foreach (var app in apps)
        {
            var debts = await platform.DebtsAsync(app.Id);
            if (debts.FirstOrDefault(debt => debt.Kind != OutboxKind.LIST_PIPELINE || others.Exists(one => one.Id == debt.Id)) is { } debt) return $"app {app.Id} owes {debt}";
        }

        foreach (var pipeline in others)
        {
            var row = await platform.PipelineAsync(pipeline.RunOf());
            if (await platform.LineAsync(row) != TestPlatform.Text(row)) return $"the line of pipeline {pipeline.Id} is {await platform.LineAsync(row)}, its row {TestPlatform.Text(row)}";
        }

        return null;
    }
}
