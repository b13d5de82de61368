using System.Diagnostics;
using System.Globalization;

namespace ProCode.Dev;

/// <summary>Finds the agents that the process target started: they outlive the app on purpose.</summary>
public static class AgentProcesses
{
    /// <summary>The ids of the processes that work in a folder or below it.</summary>
    public static async Task<IReadOnlyList<int>> FindAsync(string folder, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        return OperatingSystem.IsLinux() ? [.. WorkingIn(folder)] : await NamingAsync(folder, cancellation);
    }

    /// <summary>Ends them and returns how many there were.</summary>
    public static async Task<int> StopAsync(string folder, CancellationToken cancellation)
    {
        var ids = await FindAsync(folder, cancellation);
        foreach (var id in ids)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                await process.WaitForExitAsync(cancellation);
            }
            catch (ArgumentException)
            {
                // It ended by itself.
            }
        }

        return ids.Count;
    }

    private static IEnumerable<int> WorkingIn(string folder)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && WorkingFolderOf(entry) is { } working
                && (working == folder || working.StartsWith(folder + "/", StringComparison.Ordinal)))
            {
                yield return id;
            }
        }
    }

    private static string? WorkingFolderOf(string entry)
    {
        try
        {
            return new FileInfo(Path.Combine(entry, "cwd")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Where there is no /proc: by the command line, which names the folder that the agent was started from.
    private static async Task<IReadOnlyList<int>> NamingAsync(string folder, CancellationToken cancellation)
    {
        var list = await Tool.RequireAsync(["ps", "-axo", "pid=,command="], cancellation);
        return [.. list.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Contains(folder, StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).Where(id => id != Environment.ProcessId)];
    }
}
