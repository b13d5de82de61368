using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProCode.Dev;

/// <summary>
/// A program that we run beside us. It has a session of its own, so that Ctrl-C reaches only us and we decide who stops first, and it
/// is killed when we die, however we die. Safe for concurrent use.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int KeptLines = 60;

    // The shell becomes the program (exec), so its id is the program's. The guard holds the read end of our pipe: when we are gone it
    // reads the end of file and kills. A background job has no standard input of its own, hence descriptor 3.
    internal const string Launcher = "trap '' INT; exec 3<&0; (read -r _ <&3; kill -9 $$) >/dev/null 2>&1 & exec \"$@\" </dev/null 3<&-";

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task _reading = Task.CompletedTask;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The last lines of standard output and error, oldest first.</summary>
    public string LastLines
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts <paramref name="command"/> (program, then arguments). <paramref name="onLine"/> sees every line of output.
    /// An environment value of null removes the variable.</summary>
    public static ChildProcess Start(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        Action<string>? onLine = null)
    {
        string[] launcher = ["sh", "-c", Launcher, command[0], .. command];
        string[] line = OperatingSystem.IsLinux() ? ["setsid", .. launcher] : launcher;
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Checkout.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.Start();
        child._reading = Task.WhenAll(child.ReadAsync(process.StandardOutput, onLine), child.ReadAsync(process.StandardError, onLine));
        process.Exited += (_, _) => _ = child.OnExitedAsync();
        process.EnableRaisingEvents = true;
        return child;
    }

    /// <summary>SIGKILL, at once. Nothing happens when the program has ended already.</summary>
    public void Kill()
    {
        if (!Exited.IsCompleted && !_process.HasExited)
        {
            _process.Kill();
        }
    }

    /// <summary>SIGTERM, then SIGKILL when <paramref name="patience"/> is over; returns when the program has ended.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (!Exited.IsCompleted && !_process.HasExited)
        {
            _ = NativeKill(Id, SigTerm);
        }

        try
        {
            await Exited.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }

    private async Task OnExitedAsync()
    {
        var code = _process.ExitCode;

        // Lets the guard go before the id can belong to another program.
        _process.StandardInput.Close();

        // The last words explain the end, so they come first. Something that inherited the pipe may hold it open for ever.
        await Task.WhenAny(_reading, Task.Delay(500));
        _exited.TrySetResult(code);
    }

    private async Task ReadAsync(StreamReader reader, Action<string>? onLine)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_lines)
                {
                    _lines.Enqueue(line);
                    if (_lines.Count > KeptLines)
                    {
                        _lines.Dequeue();
                    }
                }

                onLine?.Invoke(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe went with the process.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int NativeKill(int processId, int signal);
}
