using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Runtime.CrashWorker;

// The program that the crash tests kill: it starts one round of orchestrations, once, and runs until all of them have ended.
// CrashWorker <database> <effects file> <round> [all|sequence] [crash point]
var round = args[2];
var kinds = args is [_, _, _, "sequence", ..] ? ["sequence"] : Workload.Kinds;
var registry = new DurableTaskRegistry();
Workload.Register(registry, new Effects(args[1]));

await using var worker = EmbeddedDurableWorker.Open(
    new EmbeddedDurableOptions { DatabasePath = args[0], CrashAt = args.Length > 4 ? args[4] : null },
    registry,
    new ServiceCollection().BuildServiceProvider(),
    JsonDataConverter.Default,
    NullLoggerFactory.Instance,
    TimeProvider.System);
await worker.StartAsync(CancellationToken.None);

foreach (var kind in kinds)
{
    try
    {
        var options = new StartOrchestrationOptions(Workload.InstanceId(kind, round))
        {
            DedupeStatuses = ["Pending", "Running", "Suspended", "Completed", "Failed", "Terminated"],
        };
        await worker.Client.ScheduleNewOrchestrationInstanceAsync(kind, new Start(round, 0), options);
    }
    catch (OrchestrationAlreadyExistsException)
    {
        // An earlier process of this round has started it.
    }
}

foreach (var kind in kinds)
    await worker.Client.WaitForInstanceCompletionAsync(Workload.InstanceId(kind, round));
Console.WriteLine("done");
