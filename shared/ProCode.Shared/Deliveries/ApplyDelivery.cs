using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Deliveries;

/// <summary>Does what follows from a delivery. Doing it again, at the same time or after dying anywhere in between, changes nothing more.</summary>
public sealed class ApplyDelivery(
    DeliveryStore deliveries, RepoStore repos, GitRemotes remotes, ApplyBranchPush branches, ApplyTagPush tags, RepoReader reader, TimeProvider time)
{
    /// <summary>
    /// The delivery after an attempt. Unless it is the <paramref name="last"/> try, a git host that doesn't answer leaves it
    /// <see cref="DeliveryStatus.RECEIVED"/>, to be tried again later. Null when it is gone.
    /// </summary>
    public async Task<Delivery?> RunAsync(long appId, string id, int attempt, bool last, CancellationToken cancellation)
    {
        if ((await deliveries.FindAsync(appId, id, cancellation))?.Value is not { } delivery) return null;
        if (delivery.IsSettled || delivery.Attempt != attempt) return delivery;
        if ((await FollowAsync(delivery, cancellation)).TryGet(out var followed, out var error)) return followed;

        var why = $"{error.Code.Name}: {error.Message}";
        var isOver = last || error.Kind != ErrorKind.Unavailable;
        return await deliveries.ApplyAsync(
            appId, id,
            found => found.IsSettled || found.Attempt != attempt ? found
                : isOver ? found.Settled(DeliveryEvent.Fail, new LedTo(why), time.GetUtcNow())
                : found with { LedTo = new LedTo($"Waits for the git host. {why}") },
            cancellation);
    }

    private async Task<Result<Delivery>> FollowAsync(Delivery delivery, CancellationToken cancellation)
    {
        if (await repos.FindOfAppAsync(delivery.AppId, cancellation) is not { } repo)
            return GitErrors.RepositoryUnreachable.With("The app has no git repository any more.");
        if (delivery.RepoUrl is { } url && url != repo.Value.Url)
            return GitErrors.RepositoryUnreachable.With("The app has another git repository by now than the one that this tells of.");
        if (!(await remotes.ForAsync(repo.Value, cancellation)).TryGet(out var remote, out var error)) return error;
        var followed = delivery.Event switch
        {
            HookEventKind.PUSH => await branches.RunAsync(delivery, remote, cancellation),
            HookEventKind.TAG_PUSH => await tags.RunAsync(delivery, remote, cancellation),
            HookEventKind.PING or HookEventKind.OTHER => throw new InvalidOperationException($"Delivery {delivery.Id} was settled when it came in."),
        };

        // What readers are told should the host go away; dying before it costs them nothing but freshness.
        if (followed.Succeeded) await reader.RefreshAsync(repo.Value, delivery.RefName, cancellation);
        return followed;
    }
}
