using System.Text.RegularExpressions;
using ProCode.Images;
using ProCode.Results;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>What to execute on this machine for an unpacked image. Deliberately not a record: the environment may hold secrets.</summary>
internal sealed partial class AgentCommand
{
    // Names whose meaning is this machine's or ours; what the image or the request says of them would break the start.
    private static readonly string[] OwnNames = ["PATH", "HOME", "PORT", AgentLauncher.Marker];

    // An image made for another machine says "python3"; where that is here, PATH knows.
    private static readonly Dictionary<string, string[]> Interpreters = new()
    {
        ["python3"] = ["python3"],
        ["python"] = ["python", "python3"],
        ["node"] = ["node"],
        ["java"] = ["java"],
    };

    /// <summary>Full paths that could be the program, best first. More than one when PATH names several: not all may be open to the
    /// agent's user.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The image's and the request's variables; the request wins.</summary>
    public required IReadOnlyDictionary<string, string> Env { get; init; }

    /// <summary>Translates the image's paths to those under <paramref name="files"/>; refuses what can't run here with
    /// <see cref="DeploymentErrors.NotStartable"/>.</summary>
    public static Result<AgentCommand> For(UnpackedImage image, string files, IReadOnlyDictionary<string, string> requested)
    {
        if (image.Entrypoint.Count == 0)
            return DeploymentErrors.NotStartable.With("The image has no entrypoint.");
        var directory = Inside(files, image.WorkingDir);
        if (!Directory.Exists(directory))
            return DeploymentErrors.NotStartable.With($"The image has no folder '{image.WorkingDir}', its working directory.");
        if (requested.Keys.Concat(image.Env.Keys).FirstOrDefault(name => !VariableName().IsMatch(name)) is { } bad)
            return DeploymentErrors.NotStartable.With($"'{bad}' is not the name of an environment variable.");
        if (!Find(image.Entrypoint[0], files, image.WorkingDir).TryGet(out var programs, out var error))
            return error;

        var env = new Dictionary<string, string>(image.Env);
        foreach (var (name, value) in requested)
            env[name] = value;
        foreach (var name in env.Keys.Where(IsOurs).ToArray())
            env.Remove(name);
        return new AgentCommand
        {
            Programs = programs,
            Arguments = [.. image.Entrypoint.Skip(1).Select(argument => Translate(argument, files))],
            WorkingDirectory = directory,
            Env = env,
        };
    }

    private static Result<IReadOnlyList<string>> Find(string program, string files, string workingDir)
    {
        var name = Path.GetFileName(program);
        if (program.Contains('/', StringComparison.Ordinal))
        {
            var own = Inside(files, program.StartsWith('/') ? program : $"{workingDir}/{program}");
            if (File.Exists(own))
                return (File.GetUnixFileMode(own) & UnixFileMode.UserExecute) != 0
                    ? new[] { own }
                    : DeploymentErrors.NotStartable.With($"'{program}', the image's entrypoint, is not executable.");
            if (!program.StartsWith('/') || !Interpreters.ContainsKey(name))
                return DeploymentErrors.NotStartable.With($"The image has no file '{program}', its entrypoint.");
        }
        if (!Interpreters.TryGetValue(name, out var names))
            return DeploymentErrors.NotStartable.With(
                $"The process target starts {string.Join(", ", Interpreters.Keys)} or a program of the image, not '{program}'.");

        var found = names.SelectMany(Executables.OnPath).ToArray();
        return found.Length > 0
            ? found
            : DeploymentErrors.NotStartable.With($"'{name}' is not installed on this machine: it is not on the PATH of the app.");
    }

    private static bool IsOurs(string name) => OwnNames.Contains(name) || name.StartsWith(AgentLauncher.Veil, StringComparison.Ordinal);

    private static string Translate(string argument, string files) =>
        argument.StartsWith('/') && Path.Exists(Inside(files, argument)) ? Inside(files, argument) : argument;

    /// <summary>Where a path of the image is on this machine; one that climbs out comes to nothing.</summary>
    private static string Inside(string files, string path)
    {
        var full = Path.GetFullPath(Path.Combine(files, path.TrimStart('/')));
        return full == files || full.StartsWith(files + "/", StringComparison.Ordinal) ? full : Path.Combine(files, "outside");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
