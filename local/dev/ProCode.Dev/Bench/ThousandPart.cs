namespace ProCode.Dev.Bench;

/// <summary>A thousand pipelines at once whose stages take no time. Their tables are in memory: Azurite's queries, which look at all rows of a table, would be all that is seen.</summary>
internal sealed class ThousandPart(string dataPath, Action<string> say)
{
    private const int WarmUp = 100;
    private const int Thousand = 1000;

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var stack = await BenchStack.StartAsync(Path.Combine(dataPath, "thousand"), TimeSpan.Zero, tablesInMemory: true, cancellation);
        say($"making {WarmUp + Thousand} apps by HTTP");
        var iterations = await stack.CreateIterationsAsync(WarmUp + Thousand, cancellation);
        await ManyReleases.RunAsync(stack, iterations.Take(WarmUp), cancellation); // To get going.
        var memory = await stack.CountAsync(cancellation, collect: true);

        say($"{Thousand} pipelines at once");
        var azurite = stack.AzuriteCpu;
        var (seconds, _) = await ManyReleases.RunAsync(stack, iterations.Skip(WarmUp), cancellation);
        var after = await stack.CountAsync(cancellation);
        ManyReleases.Explain([after.Since(memory)], Thousand, say);
        Add("s", Figure.Of([seconds], "s"));
        Add("cpu_ms_per_pipeline", Figure.Of([(after.CpuSeconds - memory.CpuSeconds) * 1000 / Thousand], "ms"));
        Add("azurite_cpu_ms_per_pipeline", Figure.Of([(stack.AzuriteCpu - azurite).TotalMilliseconds / Thousand], "ms"));
        Add("resident_mb", Figure.Of([after.ResidentMb], "MB"));
        var left = await stack.CountAsync(cancellation, collect: true);
        Add("managed_growth_mb", Figure.Of([left.ManagedMb - memory.ManagedMb], "MB"));

        void Add(string name, Figure figure) => report.Add($"pipelines{Thousand}_{name}", figure, BenchReport.TablesInMemory);
    }
}
