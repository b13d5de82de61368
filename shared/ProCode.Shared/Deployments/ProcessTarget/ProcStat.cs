using System.Globalization;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>A line of /proc/PID/stat. A pid alone names nobody, since pids are used again; with the start time it does.</summary>
internal sealed record ProcStat(int Pid, char State, int Session, ulong StartTicks)
{
    /// <summary>False for a zombie: it is only waiting for its parent to ask.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    public static IEnumerable<ProcStat> All() =>
        from path in Directory.EnumerateDirectories("/proc")
        let pid = int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where pid > 0
        let stat = Read(pid)
        where stat is not null
        select stat;

    /// <summary>Null when there is no such process.</summary>
    public static ProcStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/stat")));
        }
        catch (IOException)
        {
            return null; // It is gone, or went while it was read (ESRCH).
        }
    }

    /// <summary>Null when the text is not such a line.</summary>
    public static ProcStat? Parse(string line)
    {
        // The name, second and in brackets, is the program's own choice: it may hold spaces and brackets.
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
        if (open < 0 || close < open)
            return null;
        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            && int.TryParse(line.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(fields[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var session)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var startTicks)
            ? new ProcStat(pid, fields[0][0], session, startTicks)
            : null;
    }
}
