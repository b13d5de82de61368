using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// The user that agents run as when the app is root: nobody, who can't read the platform's files. An app that is not root can't change
/// users, so its agents run as the app's own user; that is why this target is for local development only.
/// </summary>
internal static class AgentUser
{
    private const int Nobody = 65534;

    /// <summary>What comes before a command to run it as that user.</summary>
    public static IReadOnlyList<string> Prefix { get; } =
        ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--"];

    /// <summary>The first of the programs that this user may execute, with the folder as working directory; null when there is none,
    /// or users can't be changed here (the app is not root, setpriv is missing, or the container knows only one user).</summary>
    public static async Task<string?> ChooseAsync(IEnumerable<string> programs, string folder, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess || !Executables.OnPath("setpriv").Any() || Executables.OnPath("test").FirstOrDefault() is not { } test)
            return null;
        foreach (var program in programs)
        {
            if (await SucceedsAsync([.. Prefix, test, "-x", program, "-a", "-x", folder], cancellation))
                return program;
        }
        return null;
    }

    /// <summary>Makes a folder the user's own.</summary>
    public static void Give(string folder)
    {
        if (ChangeOwner(folder, Nobody, Nobody) != 0)
            throw new IOException($"Can't change the owner of '{folder}': {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private static async Task<bool> SucceedsAsync(string[] command, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0;
    }

    [DllImport("libc", EntryPoint = "lchown", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group);
}
