using System.Diagnostics;

namespace ProCode.Images;

/// <summary>A container tool of the machine, run with a configuration and storage of its own, so that the machine's own is neither
/// needed nor touched.</summary>
internal sealed class ContainerTool : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;

    public ContainerTool(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _environment = new Dictionary<string, string>
        {
            ["CONTAINERS_CONF"] = Configure("containers.conf", """
                [containers]
                default_ulimits=["nofile=20000:20000","nproc=4096:4096"]
                [engine]
                cgroup_manager="cgroupfs"
                events_logger="file"
                """),
            ["CONTAINERS_STORAGE_CONF"] = Configure("storage.conf", $"""
                [storage]
                driver="overlay"
                graphroot="{folder}/graph"
                runroot="{folder}/run"
                """),
            ["CONTAINERS_REGISTRIES_CONF"] = Configure("registries.conf", "unqualified-search-registries=[]\n"),
            ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName,
        };
    }

    /// <summary>Skips the test when a tool is missing; where the tools are part of the set-up, that is a failure instead.</summary>
    public static void Require(params string[] tools)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        var missing = tools.Where(tool => !folders.Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        if (missing.Count == 0) return;
        var reason = $"not installed: {string.Join(", ", missing)}";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>What the tool wrote to its standard output; anything but success fails the test with what it wrote to the other.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}\n{await errors}");
        return output;
    }

    /// <summary>Removes containers and storage, mounts included; needed where podman was used.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("podman", "--runtime", "runc", "system", "reset", "--force");
        var mount = Path.Combine(_folder, "graph", "overlay"); // podman keeps its storage mounted on itself
        if ((await File.ReadAllTextAsync("/proc/mounts")).Contains($" {mount} ", StringComparison.Ordinal)) await RunAsync("umount", "--lazy", mount);
    }

    private string Configure(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
