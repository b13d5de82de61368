using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ProCode.Local.Hosting.Timers;

/// <summary>What is known of a timer between two starts of the host; its schedule is the one that the next time was reckoned from.</summary>
internal sealed record TimerStatus(string Schedule, DateTimeOffset? Last, DateTimeOffset? Next, DateTimeOffset LastUpdated);

/// <summary>Keeps one small file per monitored timer, so that a run missed while the host was down is made up for.</summary>
internal sealed class TimerMonitor(string folder, ILogger log)
{
    public TimerStatus? Read(string function)
    {
        try
        {
            return JsonSerializer.Deserialize<TimerStatus>(File.ReadAllBytes(PathOf(function)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            HostingLog.TimerStateUnreadable(log, function, e);
            return null;
        }
    }

    public void Write(string function, TimerStatus status)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(function);
        // Replaced in one step: a process killed here leaves the old state or the new one.
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(status));
        File.Move(path + ".new", path, overwrite: true);
    }

    private string PathOf(string function) => Path.Combine(folder, function + ".json");
}
