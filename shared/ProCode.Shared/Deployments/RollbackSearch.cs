namespace ProCode.Deployments;

/// <summary>
/// Finds what an environment is rolled back to: of the deployments that succeeded before the current one, the newest with another digest. The
/// current one is the newest that succeeded, whether a release or a roll-back made it, so rolling back twice ends where it began.
/// Newest is meant by the fence, because ids of pipelines need not follow the order in which they deploy. Fences have no gaps: each taking of the
/// lock writes one deployment. So the search is over as soon as what it has seen, from the newest fence down, has no gap before the answer.
/// </summary>
public sealed class RollbackSearch(long newestFence)
{
    private readonly SortedDictionary<long, Deployment> _seen = new(Comparer<long>.Create((one, other) => other.CompareTo(one)));

    /// <summary>What the environment runs, of all that was seen; null when nothing ever succeeded.</summary>
    public Deployment? Current => _seen.Values.FirstOrDefault(Succeeded);

    /// <summary>What to roll back to, of all that was seen; null when there is nothing.</summary>
    public Deployment? Target => Current is { } current ? _seen.Values.FirstOrDefault(earlier => Succeeded(earlier) && earlier.Digest != current.Digest) : null;

    /// <summary>Takes in further deployments of the environment, in any order; true when no others can change the answer.</summary>
    public bool Add(IEnumerable<Deployment> deployments)
    {
        foreach (var deployment in deployments) _seen[deployment.Fence] = deployment;
        if (Target is not { } target) return false;

        // A deployment prepared after the newest fence was read may be among them.
        var newest = Math.Max(newestFence, _seen.Keys.First());
        return _seen.Keys.TakeWhile(fence => fence >= target.Fence).Count() == newest - target.Fence + 1;
    }

    private static bool Succeeded(Deployment deployment) => deployment.Status == OpsStatus.SUCCESS;
}
