using ProCode.Iterations;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Deliveries;

/// <summary>
/// Writes to the open iterations of a branch which commit the host has it on now. The rows are read before the host is asked, and written on the
/// condition that nobody wrote them since, even when they stay as they are: of two that run at once, the one that asked the host earlier
/// loses and asks again, so that the host has the last word.
/// </summary>
public sealed class ApplyBranchPush(AppPartition rows, DeliveryStore deliveries, IterationStore iterations, GitHosts hosts, TimeProvider time)
{
    // A transaction has at most 100 changes.
    private const int MaxChanges = 90;

    internal async Task<Result<Delivery>> RunAsync(Delivery delivery, GitRemote remote, CancellationToken cancellation)
    {
        var (appId, branch, host) = (delivery.AppId, delivery.RefName, hosts.For(remote));
        while (true)
        {
            if (await deliveries.FindAsync(appId, delivery.Id, cancellation) is not { } found) return delivery;
            if (found.Value.IsSettled || found.Value.Attempt != delivery.Attempt) return found.Value;
            var open = (await iterations.ListOfAppAsync(appId, cancellation)).Where(iteration => iteration.Value.IsOpen && iteration.Value.SourceBranch == branch).ToList();

            if (!(await host.FindRefsAsync(remote, new GitRefNames([branch], []), cancellation)).TryGet(out var refs, out var error)) return error;
            var head = refs.Branches.GetValueOrDefault(branch);
            var change = head is null ? RefChange.DELETED
                : await IsForcedAsync(host, remote, delivery, head, cancellation) ? RefChange.FORCED
                : RefChange.UPDATED;

            var now = time.GetUtcNow();
            var ledTo = new LedTo(TextOf(change, branch, head, open.Count)) { Change = change, IterationIds = [.. open.Select(iteration => iteration.Value.Id)] };
            var settled = found.Value.Settled(DeliveryEvent.Apply, ledTo, now);
            var changes = (head is null ? [] : open)
                .SelectMany(iteration => IterationStore.Update(iteration.Value.WithCommit(head!, now), iteration))
                .Append(DeliveryStore.Update(settled, found.ETag));

            var written = true;
            foreach (var part in changes.Chunk(MaxChanges)) written = written && await rows.CommitAsync(appId, part, cancellation) is not null;
            if (written) return settled;
        }
    }

    // Hosts that don't say it are asked whether what was there is still part of the branch. What can't be made out is told as an ordinary push.
    private static async Task<bool> IsForcedAsync(IGitHost host, GitRemote remote, Delivery delivery, string head, CancellationToken cancellation)
    {
        if (delivery.Forced is { } said) return said;
        if (delivery.Before is not { } before || before == head) return false;
        return (await host.CompareAsync(remote, head, before, cancellation)).TryGet(out var left, out var error)
            ? left.Commits.Count > 0
            : error.Code == GitErrors.RefNotFound; // Removed for good: then it is no part of any branch.
    }

    private static string TextOf(RefChange change, string branch, string? head, int open)
    {
        var where = change switch
        {
            RefChange.DELETED => $"The host has no branch '{branch}' any more; its iterations keep the commit that they had.",
            RefChange.FORCED => $"Branch '{branch}' was forced to {head![..12]}; what it was on before is no part of it any more.",
            RefChange.UPDATED => $"Branch '{branch}' is on {head![..12]}.",
        };
        return open == 0 ? $"{where} No open iteration is on it." : where;
    }
}
