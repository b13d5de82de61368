namespace ProCode.Deployments.ProcessTarget;

/// <summary>Looks programs up as a shell would.</summary>
internal static class Executables
{
    public static string Path => Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Every program of that name on the PATH, first one first.</summary>
    public static IEnumerable<string> OnPath(string name) =>
        from folder in Path.Split(':', StringSplitOptions.RemoveEmptyEntries)
        where System.IO.Path.IsPathRooted(folder)
        let file = System.IO.Path.Combine(folder, name)
        where File.Exists(file) && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.OtherExecute)) != 0
        select file;
}
