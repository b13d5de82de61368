using System.Diagnostics;
using ProCode.Local.Durable;

namespace ProCode.EngineBench;

/// <summary>What a process weighs in which many instances wait for an event or a timer.</summary>
internal static class WaitingInstances
{
    private const int Count = 10_000;
    private const double Mb = 1024 * 1024;

    public static async Task MeasureAsync(string folder)
    {
        await using var engine = await EngineUnderTest.StartAsync(Path.Combine(folder, "waiting.db"));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(async n =>
        {
            var id = await engine.StartInstanceAsync(Work.WaitOrTimer, id: $"wait-{n}");
            await engine.Engine.WaitAsync(id, status => status == RunStatus.Running, payloads: false, CancellationToken.None);
        }));

        for (var n = 0; n < 2; n++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var self = Process.GetCurrentProcess();
        Sample.Say("waiting10k_mb", self.WorkingSet64 / Mb);
    }
}
