using System.Text;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>The variables of a running agent, for an app that did not start it.</summary>
internal static class AgentEnvironment
{
    private static readonly string[] Harmless = ["PATH", "HOME", "LANG", "TZ", "PORT", "PWD", AgentLauncher.Marker];

    /// <summary>The values that may be secret; null when they can't be read (any more).</summary>
    public static IReadOnlyCollection<string>? SecretsOf(AgentProcess process)
    {
        try
        {
            var text = File.ReadAllText(FormattableString.Invariant($"/proc/{process.Pid}/environ"), Encoding.UTF8);
            // Asked afterwards, so that the answer is about what was read; a process that is ending has an empty environment.
            if (text.Length == 0 || !process.IsAlive)
                return null;
            return [.. from entry in text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                       let name = entry.Split('=', 2)
                       where name.Length == 2 && !Harmless.Contains(name[0])
                       select name[1]];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
