using System.Text.Json;
using ProCode.Apps;
using ProCode.Results;

namespace ProCode.Builds;

/// <summary>How a project is started: by what it says, or by the file that its tech stack starts from.</summary>
internal static class Entrypoints
{
    /// <summary>The command for a project that names none.</summary>
    public static Result<IReadOnlyList<string>> Find(TechStack stack, SourceListing files)
    {
        var candidates = stack switch
        {
            TechStack.Python => ["main.py", "app.py", "agent.py"],
            TechStack.NodeJs => [.. NodeMain(files), "index.js", "server.js", "app.js", "main.js"],
            TechStack.Java => RootJars(files),
        };
        if (candidates.FirstOrDefault(files.Files.ContainsKey) is { } found) return Result(Command(found, stack));
        var looked = candidates.Length == 0 ? "exactly one .jar file" : string.Join(", ", candidates);
        return Missing($"The project says nothing about its entrypoint, and none of the usual files was found at its root: {looked}.");
    }

    /// <summary>The command for a file of the project, run by its stack's interpreter.</summary>
    public static Result<IReadOnlyList<string>> ForFile(string file, TechStack stack, SourceListing files)
    {
        var path = file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;
        if (files.Files.ContainsKey(path)) return Result(Command(path, stack));
        var hint = path.Contains(' ') ? " A command with arguments is written as a list." : string.Empty;
        return Missing($"The entrypoint '{Shown(file)}' is not a file of the project.{hint}");
    }

    /// <summary>A command as it is. One that starts with a path of the project must find it there; a name is left to the image's PATH.</summary>
    public static Result<IReadOnlyList<string>> Check(IReadOnlyList<string> command, SourceListing files)
    {
        var program = command[0].StartsWith("./", StringComparison.Ordinal) ? command[0][2..] : command[0];
        var isOwn = command[0].Contains('/') && !command[0].StartsWith('/');
        return isOwn && !files.Files.ContainsKey(program)
            ? Missing($"The entrypoint '{Shown(command[0])}' is not a file of the project.")
            : Result(command);
    }

    private static string[] Command(string file, TechStack stack) => stack switch
    {
        TechStack.Python => ["python3", file],
        TechStack.NodeJs => ["node", file],
        TechStack.Java => file.EndsWith(".jar", StringComparison.Ordinal) ? ["java", "-jar", file] : ["java", file],
    };

    /// <summary>What package.json names as "main", in the spellings that Node itself would try.</summary>
    private static string[] NodeMain(SourceListing files)
    {
        if (files.PackageJson is null) return [];
        try
        {
            using var json = JsonDocument.Parse(files.PackageJson);
            if (json.RootElement.ValueKind is not JsonValueKind.Object || !json.RootElement.TryGetProperty("main", out var main)
                || main.ValueKind is not JsonValueKind.String) return [];
            var path = main.GetString()!.TrimEnd('/');
            if (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
            return [path, $"{path}.js", $"{path}/index.js"];
        }
        catch (JsonException)
        {
            return []; // Node will say what is wrong with it; it is not what names the entrypoint here.
        }
    }

    private static string[] RootJars(SourceListing files)
    {
        var jars = files.Files.Keys.Where(path => !path.Contains('/') && path.EndsWith(".jar", StringComparison.Ordinal)).ToArray();
        return jars.Length == 1 ? jars : [];
    }

    private static Result<IReadOnlyList<string>> Result(IReadOnlyList<string> command) => new List<string>(command);

    private static Error Missing(string message) => BuildErrors.EntrypointMissing.With(message, "entrypoint", "not found");

    private static string Shown(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(200));
}
