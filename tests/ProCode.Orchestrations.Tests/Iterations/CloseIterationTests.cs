using ProCode.Iterations;
using ProCode.Orchestrations.Tests.Deployments;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Iterations;

public sealed class CloseIterationTests
{
    [Fact]
    public async Task RunAsync_ADraft_IsClosedAndTakesNothingMore()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();

        var closed = (await platform.TryCloseAsync(iteration)).Value;

        Assert.Equal((IterationStatus.CLOSED, "tester", 0), (closed.Iteration.Status, closed.Iteration.Closing!.By, closed.Debts.Count));
        Assert.Equal(TestPlatform.Text(closed.Iteration), TestPlatform.Text(await platform.ReadAsync(iteration)));
        Assert.Equal(IterationErrors.CannotAdvance, (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Error!.Code);
    }

    [Fact]
    public async Task RunAsync_WhileAPhaseRuns_IsRefusedNamingItsPipelineUntilThatIsCanceled()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        var run = (await platform.TryEnterAsync(iteration.To(PhaseType.RELEASE))).Value.RunOf();
        var before = await platform.AllRowsAsync();

        var refused = (await platform.TryCloseAsync(iteration)).Error!;
        Assert.Equal(IterationErrors.CannotAdvance, refused.Code);
        Assert.Contains($"pipeline {run.PipelineId}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await platform.AllRowsAsync());

        await platform.RequestAsync<CancelPipeline, Cancellation>(cancel => cancel.RunAsync(run.PipelineId, "tester", default));
        Assert.Equal(PipelineStatus.FAILED, (await platform.SpanAsync(iteration)).Status);
        Assert.True((await platform.TryCloseAsync(iteration)).Succeeded);
        Assert.Equal(PipelineStatus.CANCELED, (await platform.SpanAsync(iteration)).Status);
    }

    [Fact]
    public async Task RunAsync_Again_SaysWhoClosedItUnlessItIsTheSameRequest()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        platform.Tables.BreakAfter("$batch", "CLOSED");
        await Assert.ThrowsAnyAsync<Exception>(() => platform.TryCloseAsync(iteration, key: "key"));
        var rows = await platform.AllRowsAsync();

        Assert.Equal(IterationStatus.CLOSED, (await platform.TryCloseAsync(iteration, key: "key")).Value.Iteration.Status);
        var refused = (await platform.TryCloseAsync(iteration)).Error!;
        Assert.Equal(IterationErrors.CannotAdvance, refused.Code);
        Assert.Contains("closed by tester at", refused.Message, StringComparison.Ordinal);
        Assert.Equal(rows, await platform.AllRowsAsync());
    }

    [Fact]
    public async Task RunAsync_AtTheSameMomentAsAnEntry_OneOfThemWins()
    {
        for (var i = 0; i < 10; i++)
        {
            await using var platform = TestPlatform.WithoutEngine();
            var iteration = await platform.GivenIterationAsync();

            var closing = Task.Run(() => platform.TryCloseAsync(iteration));
            var entry = await platform.TryEnterAsync(iteration.To(PhaseType.TESTING));
            var closed = await closing;

            Assert.NotEqual(closed.Succeeded, entry.Succeeded);
            var after = await platform.ReadAsync(iteration);
            Assert.Equal((closed.Succeeded ? IterationStatus.CLOSED : IterationStatus.TESTING, closed.Succeeded ? 0 : 1), (after.Status, after.Phases.Count));
        }
    }

    [Fact]
    public async Task RunAsync_AfterALostRun_LeavesThatToBeCanceled()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        var run = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value.RunOf();
        await platform.Get<InterruptRun>().RunAsync(run.AppId, run.PipelineId, run.Run, default);

        Assert.True((await platform.TryCloseAsync(iteration)).Succeeded);
        var resumed = await platform.RequestAsync<StartRun, Pipeline>(start => start.RunAsync(new RunOrder(run.PipelineId, RunCause.RESUME, "tester"), default));
        Assert.Equal(IterationErrors.CannotAdvance, resumed.Error!.Code);

        await platform.RequestAsync<CancelPipeline, Cancellation>(cancel => cancel.RunAsync(run.PipelineId, "tester", default));
        Assert.Equal((PipelineStatus.CANCELED, PipelineStatus.CANCELED), ((await platform.PipelineAsync(run)).Status, (await platform.SpanAsync(iteration)).Status));
        Assert.Equal(IterationStatus.CLOSED, (await platform.ReadAsync(iteration)).Status);
    }
}
