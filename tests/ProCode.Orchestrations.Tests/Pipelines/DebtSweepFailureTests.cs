using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class DebtSweepFailureTests
{
    private readonly Account _account = new();

    [Fact]
    public async Task RunAsync_OneAppInTrouble_PaysTheOthers()
    {
        await _account.Rows.CommitAsync(1, [AppPartition.Owe(1, new OutboxEntry(OutboxKind.LIST_PIPELINE, 99))], TestContext.Current.CancellationToken);
        await Given.ReleaseAsync(_account, appId: 2);
        await _account.Outbox.ForgetAsync(2, new OutboxEntry(OutboxKind.START_RUN, Given.PipelineId, 1), TestContext.Current.CancellationToken);
        _account.Time.Advance(TimeSpan.FromSeconds(11));

        await SweepAsync();

        Assert.Empty(await _account.Outbox.OwedAsync(2, TestContext.Current.CancellationToken));
        Assert.Single(await _account.Outbox.OwedAsync(1, TestContext.Current.CancellationToken));
    }

    // No start is owed here, and nobody wants the events, so no client is asked.
    private Task SweepAsync() =>
        new DebtSweep(
            _account.Doorbells, _account.Outbox, new RunStarter(NullLogger<RunStarter>.Instance), _account.Calls, new SetupStarter(NullLogger<SetupStarter>.Instance),
            new DeliveryStarter(NullLogger<DeliveryStarter>.Instance), _account.Events, _account.Time, NullLogger<DebtSweep>.Instance).RunAsync(null!, TestContext.Current.CancellationToken);
}
