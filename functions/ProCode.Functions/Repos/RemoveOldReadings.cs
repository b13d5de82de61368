using Microsoft.Azure.Functions.Worker;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>Every night: removes what git hosts said too long ago.</summary>
public sealed class RemoveOldReadings(RepoReadings readings)
{
    [Function(nameof(RemoveOldReadings))]
    public Task Run([TimerTrigger("0 40 3 * * *")] TimerInfo timer, CancellationToken cancellation) => readings.RemoveOldAsync(cancellation);
}
