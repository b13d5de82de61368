using System.ComponentModel;
using System.Diagnostics;

namespace ProCode.Dev;

/// <summary>What a folder's package-lock.json pins, installed into it by npm when it is missing or older than that file.</summary>
public static class NpmInstallation
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The whole path of a folder (given below the root, with forward slashes), its installation complete.</summary>
    /// <exception cref="InvalidOperationException">Node.js is missing, or npm could not install.</exception>
    public static async Task<string> EnsureAsync(string relativeFolder, CancellationToken cancellationToken)
    {
        var folder = Checkout.PathOf(relativeFolder);
        if (IsComplete(folder))
            return folder;

        // Two test processes may get here together; npm must not write the same folder twice at once.
        await using var theOnlyInstaller = await LockAsync(Path.Combine(folder, "node_modules.lock"), cancellationToken);
        if (!IsComplete(folder))
            await InstallAsync(folder, cancellationToken);
        return folder;
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
            throw new InvalidOperationException($"Node.js 20 or newer with npm is needed; '{start.FileName}' can't be started.", exception);
        }
    }
}
