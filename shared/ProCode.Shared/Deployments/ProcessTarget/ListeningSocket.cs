namespace ProCode.Deployments.ProcessTarget;

/// <summary>Tells whose answer comes from a port: between the choice of a free port and the agent's start, any other program can take it.</summary>
internal static class ListeningSocket
{
    private const string Listen = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Whether a process of the agent listens on its port. Also true where it can't be told, as its open files are not for us
    /// to see.</summary>
    public static bool IsOf(AgentProcess agent)
    {
        var sockets = SocketsOn(agent.Port).ToHashSet();
        try
        {
            return agent.Members().SelectMany(process => OpenFiles(process.Pid)).Any(sockets.Contains);
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static IEnumerable<string> SocketsOn(int port) =>
        from table in Tables
        where File.Exists(table)
        from line in File.ReadLines(table).Skip(1)
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields.Length > 9 && fields[3] == Listen && fields[1].EndsWith(FormattableString.Invariant($":{port:X4}"), StringComparison.Ordinal)
        select $"socket:[{fields[9]}]";

    private static IEnumerable<string> OpenFiles(int pid)
    {
        try
        {
            var files = new DirectoryInfo(FormattableString.Invariant($"/proc/{pid}/fd")).EnumerateFiles();
            return [.. files.Select(file => file.LinkTarget ?? "")];
        }
        catch (IOException)
        {
            return []; // It has ended.
        }
    }
}
