using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LibGit2Sharp;

/// <summary>Starts the git program: none of the user's or the machine's settings, no hooks, no prompts, http(s) only.</summary>
internal static class GitProgram
{
    // Nothing this stand-in is used for takes longer; a process that does has lost its server.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    // What a child may see of our environment: where programs, certificates and proxies are. Not our secrets.
    private static readonly string[] PassedOn =
    [
        "PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    ];

    // Version 0 of the protocol is what libgit2 speaks; it lists refs in one round trip.
    private static readonly string[] Settings =
    [
        "protocol.version=0", "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=0", "credential.helper=", "core.askPass=",
        "http.lowSpeedLimit=1", "http.lowSpeedTime=30",
    ];

    internal static GitOutput Run(string? gitFolder, IEnumerable<string> arguments, byte[]? input = null, GitCall? call = null)
    {
        using var process = Start(gitFolder, arguments, call);
        using var text = new MemoryStream();
        using var errors = new MemoryStream();
        var reading = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(text), process.StandardError.BaseStream.CopyToAsync(errors));
        if (input is not null)
            process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();

        var watch = Stopwatch.StartNew();
        while (!process.WaitForExit(Tick))
        {
            if (watch.Elapsed < Limit && call?.GoOn?.Invoke() != false)
                continue;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw watch.Elapsed < Limit ? new UserCancelledException("The fetch was cancelled by the user") : new LibGit2SharpException("could not read from socket: timed out");
        }

        reading.Wait();
        return new GitOutput(process.ExitCode, Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), Encoding.UTF8.GetString(errors.GetBuffer(), 0, (int)errors.Length));
    }

    internal static Process Start(string? gitFolder, IEnumerable<string> arguments, GitCall? call = null)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (gitFolder is not null)
            start.ArgumentList.Add("--git-dir=" + gitFolder);
        foreach (var setting in Settings.Concat(call?.Settings ?? []))
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        var passedOn = PassedOn.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(pair => pair.value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in passedOn.Concat(call?.Environment ?? []))
            start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = "/nonexistent"; // curl would read a .netrc there
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ALLOW_PROTOCOL"] = "http:https";
        try
        {
            var process = Process.Start(start)!;
            StepBack(process);
            return process;
        }
        catch (Win32Exception exception)
        {
            throw new LibGit2SharpException("The program git was not found; install git.", exception);
        }
    }

    // Where the library would work on threads of ours, git is a process beside us: it must not take the processor from answering requests.
    private static void StepBack(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended already, or may not: then it runs as it is.
        }
    }
}

/// <summary>What one run of git gets besides its arguments. <paramref name="GoOn"/> is asked now and then; false ends the run.</summary>
internal sealed record GitCall(IReadOnlyList<string> Settings, IReadOnlyList<(string Name, string? Value)> Environment, Func<bool>? GoOn);

/// <summary>What git said.</summary>
internal sealed record GitOutput(int ExitCode, string Text, string Errors)
{
    internal GitOutput ThrowIfFailed() => ExitCode == 0 ? this : throw new LibGit2SharpException(Errors.Trim());
}
