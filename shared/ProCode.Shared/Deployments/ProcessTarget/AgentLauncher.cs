using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ProCode.Images;
using ProCode.Results;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>Unpacks images and starts agents.</summary>
internal sealed class AgentLauncher(IImageReader images, ILogger<ProcessDeploymentTarget> logger)
{
    /// <summary>The variable by which every process of an agent shows whose it is.</summary>
    public const string Marker = "PROCODE_DEPLOY_ID";

    // The agent's variables travel under this prefix until the agent's own user has taken over: LD_PRELOAD, SHELLOPTS and their like
    // would otherwise make root's programs on the way run what the image says.
    public const string Veil = "PROCODE_VEILED_";

    // Both scripts are constant; whatever comes from outside is an argument or a variable's value, which no shell reads as text of its own.
    //
    // The process names itself (port, and the line with pid and start time) before it becomes the agent: there is no moment in which an
    // agent runs and nothing says so. ln makes the file appear whole, and fails when another start of the same attempt was first.
    private const string NameItself = """
        set -eu
        process=$1 port=$2 log=$3
        shift 3
        IFS= read -r stat </proc/$$/stat
        printf '%s %s\n' "$port" "$stat" >"$process.$$"
        ln "$process.$$" "$process"
        rm "$process.$$"
        exec "$@" >>"$log" 2>&1 </dev/null
        """;

    private const string LiftVeil = $"""
        while [ "$1" != -- ]; do
          eval "export $1=\"\${Veil}$1\"; unset {Veil}$1"
          shift
        done
        shift
        exec "$@"
        """;

    /// <summary>Fills the deployment's folder with the image's files, from nothing each time.</summary>
    public async Task<Result<AgentCommand>> PrepareAsync(DeploymentFolder folder, DeploymentRequest request, CancellationToken cancellation)
    {
        folder.RemoveFiles();
        var unpacked = await images.UnpackOwnLayersAsync(request.Digest, folder.FilesPath, cancellation);
        if (!unpacked.TryGet(out var image, out var error))
            return error;
        Directory.CreateDirectory(folder.HomePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return AgentCommand.For(image, folder.FilesPath, request.Config.Env);
    }

    /// <summary>
    /// Starts the command as the record's attempt, in a session of its own, so that it outlives the app. The answer is the process as our
    /// child, for its exit code. Another app may take the port before the agent does: the watch then starts a next attempt.
    /// </summary>
    public async Task<Result<Process>> StartAsync(
        DeploymentFolder folder, DeploymentRecord record, AgentCommand command, CancellationToken cancellation)
    {
        if (Executables.OnPath("setsid").FirstOrDefault() is not { } setsid)
            return DeploymentErrors.NotStartable.With("'setsid' is not installed on this machine (Debian's package util-linux).");
        // As in a container, the agent can read its files but not change them; its HOME is its own.
        var allowed = await AgentUser.ChooseAsync(command.Programs, command.WorkingDirectory, cancellation);
        if (allowed is not null)
            AgentUser.Give(folder.HomePath);
        else if (Environment.IsPrivilegedProcess)
            ProcessTargetLog.RunsAsRoot(logger, record.DeployId);

        var port = FreePort();
        folder.Log.Create();
        var start = new ProcessStartInfo(setsid)
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        IEnumerable<string> arguments =
        [
            "/bin/sh", "-c", NameItself, "start-agent", folder.ProcessPath(record.Attempt), port, folder.Log.Path,
            .. allowed is null ? [] : AgentUser.Prefix,
            "/bin/sh", "-c", LiftVeil, "start-agent", .. command.Env.Keys, "--",
            allowed ?? command.Programs[0], .. command.Arguments,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in command.Env)
            start.Environment[Veil + name] = value;
        start.Environment["PATH"] = Executables.Path;
        start.Environment["HOME"] = folder.HomePath;
        start.Environment["PORT"] = port;
        start.Environment[Marker] = record.DeployId;
        start.Environment.TryAdd("LANG", "C.UTF-8");
        start.Environment.TryAdd("TZ", "UTC");

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            ProcessTargetLog.StartFailed(logger, record.DeployId, failure);
            return DeploymentErrors.NotStartable.With("The agent's command could not be executed; its arguments and variables may be too long.");
        }

        // Agents share the machine with the platform that is being developed on it: its answers go first.
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It has ended already; that is told below.
        }

        // Its ends of our pipes close when the agent takes over, or when it could not: either way it is decided then.
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        if (await complaint is { Length: > 0 } words)
            ProcessTargetLog.StartComplained(logger, record.DeployId, words);
        return process;
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
