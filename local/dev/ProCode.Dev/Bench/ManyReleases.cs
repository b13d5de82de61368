using ProCode.Dev.Api;

namespace ProCode.Dev.Bench;

/// <summary>Releases of many iterations at once, and what they ask of the storage.</summary>
internal static class ManyReleases
{
    private const int AtOnce = 32;

    /// <summary>Releases them all and waits for their ends. The time is that of the rows: nobody asks the app for a pipeline before all are about to end.</summary>
    public static async Task<(double Seconds, IReadOnlyList<PipelineInfo> Pipelines)> RunAsync(
        BenchStack stack, IEnumerable<IterationInfo> iterations, CancellationToken cancellation)
    {
        var drafts = iterations.ToList();
        var from = (await stack.CountAsync(cancellation)).Orders;
        var start = TimeProvider.System.GetUtcNow();
        var released = new List<long>();
        await Parallel.ForEachAsync(drafts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (draft, token) =>
        {
            var release = await stack.Client.ReleaseAsync(draft.Id, TagOf(draft), token);
            lock (released)
            {
                released.Add(release.PipelineId);
            }
        });
        await stack.OrderedAsync(from + drafts.Count, cancellation);
        var pipelines = await stack.EndAsync(released, cancellation);
        return ((pipelines.Max(EndOf) - start).TotalSeconds, pipelines);
    }

    /// <summary>Where the time goes, for whoever wants to make it shorter: no figure, but what the figures are made of.</summary>
    public static void Explain(IReadOnlyCollection<StorageUse> uses, int pipelinesEach, Action<string> say)
    {
        var pipelines = (double)uses.Count * pipelinesEach;
        var operations = uses.SelectMany(use => use.Operations).GroupBy(operation => (operation.Kind, operation.Name))
            .Select(same => (same.Key.Kind, same.Key.Name, Count: same.Sum(one => one.Count) / pipelines, Milliseconds: same.Sum(one => one.Milliseconds) / pipelines));
        say("requests to the storage per pipeline, and how long they took together:");
        foreach (var (kind, name, count, milliseconds) in operations.OrderByDescending(operation => operation.Milliseconds))
        {
            say($"  {kind,-6} {name,-28} {count,6:0.0} {milliseconds,8:0.0} ms");
        }
    }

    /// <summary>When its last stage ended.</summary>
    public static DateTimeOffset EndOf(PipelineInfo pipeline) => pipeline.Stages[^1].EndedAt!.Value;

    /// <summary>A tag that no other iteration has.</summary>
    public static string TagOf(IterationInfo iteration) => $"v1.0.{iteration.Id}";
}
