using System.Diagnostics;
using System.Globalization;

namespace ProCode.Dev;

/// <summary>Finds the agents that the process target started: they outlive the app on purpose.</summary>
public static class AgentProcesses
{
    /// <summary>The ids of the processes that work in a folder or below it.</summary>
    public static IReadOnlyList<int> Find(string folder) =>
        OperatingSystem.IsLinux() ? [.. WorkingIn(Path.GetFullPath(folder))] : [];   // the process target itself needs Linux

    /// <summary>Ends them and returns how many there were.</summary>
    public static async Task<int> StopAsync(string folder, CancellationToken cancellation)
    {
        var ids = Find(folder);
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
}
