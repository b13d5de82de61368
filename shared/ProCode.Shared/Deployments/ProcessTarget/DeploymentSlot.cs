using ProCode.Results;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// The one place of an app in an environment, held exclusively until disposed. The lock is the kernel's (flock), so it holds between
/// processes too, and a killed holder leaves nothing behind.
/// </summary>
internal sealed class DeploymentSlot : IDisposable
{
    private const int WouldBlock = 11;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly TimeProvider _time;

    private DeploymentSlot(string path, FileStream held, TimeProvider time) => (_path, _lock, _time) = (path, held, time);

    public static async Task<DeploymentSlot> EnterAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        Directory.CreateDirectory(path);
        while (true)
        {
            try
            {
                var held = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return new DeploymentSlot(path, held, time);
            }
            catch (IOException busy) when (busy.HResult == WouldBlock)
            {
                await Task.Delay(Look, time, cancellation);
            }
        }
    }

    /// <summary>The highest fence seen here so far.</summary>
    public long HighestFence() => Records().Select(entry => entry.Record.Fence).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>Settles a deployment, unless something else has, and then stops what should run no more.</summary>
    public async Task<DeploymentRecord> SettleAsync(DeploymentFolder folder, OpsStatus status, string message, CancellationToken cancellation)
    {
        var record = folder.Read()!;
        if (!record.Settled)
            record = folder.Write(record with { Status = status, Message = message, SettledAt = _time.GetUtcNow() });
        await StopUnwantedAsync(cancellation);
        return record;
    }

    /// <summary>
    /// Of an app's deployments in an environment may run: the newest success, and later ones on their way. All else is stopped, its files
    /// removed. Looks only at what is written, so that it may be killed at any line and called again.
    /// </summary>
    public async Task StopUnwantedAsync(CancellationToken cancellation)
    {
        var all = Records().ToArray();
        var current = all.Select(entry => entry.Record).Where(record => record is { Status: OpsStatus.SUCCESS, Ended: null })
            .MaxBy(record => (record.Fence, record.SettledAt));
        foreach (var (folder, record) in all)
        {
            if (record == current || (!record.Settled && (current is null || record.Fence >= current.Fence)))
                continue;
            // Written before the process is stopped: a watch that sees it end must not take it for a crash.
            if (!record.Settled)
                folder.Write(record with { Status = OpsStatus.FAILED, Message = Superseded, SettledAt = _time.GetUtcNow() });
            else if (record is { Status: OpsStatus.SUCCESS, Ended: null })
                folder.Write(record with { Ended = $"Replaced by deployment {current!.DeployId}." });
            // Its files go last: without them all is done.
            if (!folder.HasFiles)
                continue;
            if (folder.Process(record) is { } process)
                await process.StopAsync(_time, cancellation);
            folder.RemoveFiles();
        }
    }

    /// <summary>What a deployment is told that a later one has overtaken.</summary>
    public static string Superseded => Message(DeploymentErrors.Superseded, "A later deployment of this app in this environment came first.");

    /// <summary>A failure as a state's message: the code's name, then the sentence.</summary>
    public static string Message(ErrorCode code, string sentence) => $"{code.Name}: {sentence}";

    public void Dispose() => _lock.Dispose();

    private IEnumerable<(DeploymentFolder Folder, DeploymentRecord Record)> Records() =>
        from folder in DeploymentFolder.InSlot(_path)
        let record = folder.Read()
        where record is not null
        select (folder, record);
}
