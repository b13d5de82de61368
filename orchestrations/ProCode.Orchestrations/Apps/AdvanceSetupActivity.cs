using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using ProCode.Apps;
using ProCode.Storage;

namespace ProCode.Orchestrations.Apps;

/// <summary>Writes what an attempt brought into the set-up's row and reads there what comes next.</summary>
public sealed class AdvanceSetupActivity(AppSetups setups, AppPartition rows, ILogger<AdvanceSetupActivity> logger)
{
    [Function(nameof(AdvanceSetupActivity))]
    public async Task<NextSetup> Run([ActivityTrigger] AdvanceSetup input, CancellationToken cancellation)
    {
        if (input.Outcome is { Result: SetupResult.FAILED } failed) SetupLog.StepFailed(logger, input.AppId, failed.Run, failed.Kind, failed.Message ?? "");

        // Before the row is read: a change that comes later owes anew, and that debt must stay.
        if (input.Outcome is null) await rows.DeleteAsync(input.AppId, AppRows.Outbox(AppSetups.Debt(input.AppId)), ETag.All, cancellation);
        var next = await setups.AdvanceAsync(input.AppId, input.Outcome, cancellation);
        if (next.Kind == NextSetupKind.END) SetupLog.Ended(logger, input.AppId);
        return next;
    }
}
