using System.ComponentModel;
using System.Diagnostics;

namespace ProCode.Dev;

/// <summary>The pinned Azurite of local/azurite, installed by npm when it is missing or older than its lock file.</summary>
internal static class AzuriteInstallation
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Returns the folder that holds Azurite, its installation complete.</summary>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        var folder = FindFolder();
        if (IsComplete(folder))
            return folder;

        // Two test processes may get here together; npm must not write the same folder twice at once.
        await using var theOnlyInstaller = await LockAsync(Path.Combine(folder, "node_modules.lock"), cancellationToken);
        if (!IsComplete(folder))
            await InstallAsync(folder, cancellationToken);
        return folder;
    }

    private static string FindFolder()
    {
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            var folder = Path.Combine(parent.FullName, "local", "azurite");
            if (File.Exists(Path.Combine(folder, "package-lock.json")))
                return folder;
        }

        throw new InvalidOperationException($"No folder local/azurite above {AppContext.BaseDirectory}: run this from a build inside the repository.");
    }

    private static bool IsComplete(string folder)
    {
        // npm writes this file last, so an interrupted installation doesn't have it.
        var finished = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        return finished.Exists && finished.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"));
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < LockTimeout)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
            start.ArgumentList.Add(argument);

        using var npm = StartOrExplain(start);
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm ci in {folder} failed with exit code {npm.ExitCode}:\n{errors}{await output}");
        }
        finally
        {
            if (!npm.HasExited)
                npm.Kill(entireProcessTree: true);
        }
    }

    internal static Process StartOrExplain(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"Azurite needs Node.js 18 or newer with npm; '{start.FileName}' can't be started.", exception);
        }
    }
}
