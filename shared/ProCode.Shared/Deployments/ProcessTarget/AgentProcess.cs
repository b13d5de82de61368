using System.Globalization;
using System.Runtime.InteropServices;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>A started agent: leader of a session of its own, in which its children are too.</summary>
internal sealed record AgentProcess(int Pid, ulong StartTicks, int Port)
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public bool IsAlive => ProcStat.Read(Pid) is { IsAlive: true } now && now.StartTicks == StartTicks;

    public string BaseUrl => FormattableString.Invariant($"http://127.0.0.1:{Port}");

    /// <summary>Reads what the process wrote of itself (<see cref="AgentLauncher"/>): its port and its stat line. Null when it has not.</summary>
    public static AgentProcess? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        var parts = File.ReadAllText(path).Split(' ', 2);
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && ProcStat.Parse(parts[1]) is { } stat
            ? new AgentProcess(stat.Pid, stat.StartTicks, port)
            : throw new InvalidDataException($"'{path}' does not name a process.");
    }

    /// <summary>Everything alive in its session. A session's number is taken until its last member is gone, so another process under
    /// the leader's pid means that all of ours are.</summary>
    public IReadOnlyList<ProcStat> Members() =>
        ProcStat.Read(Pid) is { } holder && holder.StartTicks != StartTicks
            ? []
            : [.. ProcStat.All().Where(process => process.Session == Pid && process.IsAlive && process.StartTicks >= StartTicks)];

    /// <summary>Asks it to end; after the grace period, or when the leader has ended, kills what is left. Returns when nothing is.</summary>
    public async Task StopAsync(TimeProvider time, CancellationToken cancellation)
    {
        if (IsAlive)
            _ = Signal(Pid, Terminate);
        var deadline = time.GetUtcNow() + Grace;
        while (IsAlive && time.GetUtcNow() < deadline)
            await Task.Delay(Look, time, cancellation);

        while (Members() is { Count: > 0 } left)
        {
            foreach (var process in left)
                _ = Signal(process.Pid, Kill);
            await Task.Delay(Look, time, cancellation);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
