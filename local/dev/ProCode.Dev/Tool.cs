using System.Diagnostics;
using System.Text;

namespace ProCode.Dev;

/// <summary>Runs a program to its end.</summary>
public static class Tool
{
    /// <summary>True when the search path holds the program.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program and returns its exit code and everything it wrote. Cancelling ends it and its children.</summary>
    public static async Task<ToolResult> RunAsync(
        IReadOnlyList<string> command,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
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

        var output = new StringBuilder();
        void Append(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }

        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ToolResult(process.ExitCode, output.ToString().Trim());
    }

    /// <summary>As <see cref="RunAsync"/>, but an exit code other than 0 is a <see cref="DevException"/> that shows the output.</summary>
    public static async Task<string> RequireAsync(
        IReadOnlyList<string> command,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null)
    {
        var result = await RunAsync(command, cancellation, environment, workingDirectory);
        return result.ExitCode == 0
            ? result.Output
            : throw new DevException($"'{string.Join(' ', command)}' ended with {result.ExitCode}:\n{result.Output}");
    }
}

/// <summary>How a program ended and what it wrote to standard output and error.</summary>
public sealed record ToolResult(int ExitCode, string Output);
