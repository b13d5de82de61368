using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Pays what a death between a change and its payment left owing: starts of orchestrations and lines of lists.</summary>
public sealed class DebtSweep(
    Doorbells doorbells, Outbox outbox, RunStarter runs, RunCalls calls, SetupStarter setups, DeliveryStarter deliveries, EventPublisher events,
    TimeProvider time, ILogger<DebtSweep> logger)
{
    // Younger debts are most likely being paid by whoever incurred them.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // A pass that takes long, for many apps or because the storage is slow, is followed by a rest that is so much longer: those whose debts it would pay need the storage, too.
    private const int Rest = 3;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private DateTimeOffset _restsUntil;

    /// <summary>One pass over the apps that may owe something; none while it rests from a long one.</summary>
    public async Task RunAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        var start = time.GetUtcNow();
        if (start < _restsUntil) return;
        await PassAsync(durable, cancellation);
        var end = time.GetUtcNow();
        _restsUntil = end + (Rest * (end - start) is var rest && rest < LongestRest ? rest : LongestRest);
    }

    private async Task PassAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        await foreach (var bell in doorbells.HangingAsync(cancellation))
        {
            if (time.GetUtcNow() - bell.RungAt < Grace) continue;
            try
            {
                await SweepAsync(durable, bell, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                // One app's trouble must not keep the others waiting; its bell hangs on.
                PipelineLog.SweepFailed(logger, failure, bell.AppId);
            }
        }
    }

    private async Task SweepAsync(DurableTaskClient durable, Bell bell, CancellationToken cancellation)
    {
        var owed = await outbox.OwedAsync(bell.AppId, cancellation);
        if (owed.Count == 0) await doorbells.TakeDownAsync(bell, cancellation);

        // All events of an app are published together.
        var due = owed.Where(debt => debt.Since < time.GetUtcNow() - Grace).DistinctBy(debt => debt.Entry.Kind == OutboxKind.PUBLISH_EVENT ? null : debt.Entry);
        foreach (var debt in due) await PayAsync(durable, bell.AppId, debt, cancellation);
    }

    private async Task PayAsync(DurableTaskClient durable, long appId, OwedEntry debt, CancellationToken cancellation)
    {
        var entry = debt.Entry;

        // Events that nobody wants, and lines of what is under way, are left to the sweep by those who write them.
        if (entry.Kind is not (OutboxKind.PUBLISH_EVENT or OutboxKind.LIST_PIPELINE)) PipelineLog.DebtSwept(logger, appId, entry.Kind, entry.Id, debt.Since);
        try
        {
            // A set-up pays this one itself. The first step of a run or a delivery does, too; one that had ended before takes it with it here.
            if (entry.Kind is OutboxKind.WAKE_RUN or OutboxKind.WAKE_ITERATION or OutboxKind.STOP_DEPLOYMENT) await calls.PayAsync(durable, appId, entry, cancellation);
            else if (entry.Kind == OutboxKind.START_SETUP) await setups.StartAsync(durable, appId, cancellation);
            else if (StartOf(durable, appId, entry, cancellation) is not { } start) await outbox.PayAsync(appId, entry, cancellation);
            else if (await start) await outbox.ForgetAsync(appId, entry, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // It stays owed. One that can't be paid must not keep the others waiting.
            PipelineLog.DebtNotPaid(logger, e, appId, entry.Kind, entry.Id);
        }
    }

    private Task<bool>? StartOf(DurableTaskClient durable, long appId, OutboxEntry entry, CancellationToken cancellation) => entry.Kind switch
    {
        OutboxKind.START_RUN => runs.TryStartAsync(durable, new RunRequest(appId, entry.Id, entry.Run), cancellation),
        OutboxKind.APPLY_DELIVERY => deliveries.TryStartAsync(durable, new DeliveryRequest(appId, entry.Id, entry.Key!, entry.Run), cancellation),
        OutboxKind.PUBLISH_EVENT => events.PublishAsync(durable, appId, cancellation),
        OutboxKind.START_EVENT_DELIVERY => events.TryStartAsync(durable, new EventDeliveryRequest(appId, entry.Id, entry.Key!, entry.Run), cancellation),
        _ => null,
    };
}
