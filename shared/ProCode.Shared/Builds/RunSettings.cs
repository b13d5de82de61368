using System.Globalization;
using System.Text.RegularExpressions;
using ProCode.Apps;

namespace ProCode.Builds;

/// <summary>What an agent's image says about running it, once for the Dockerfile and the image that corresponds to it.</summary>
internal static partial class RunSettings
{
    public const string WorkingDir = "/app";

    /// <summary>Nobody in particular: neither root nor any user a base image has.</summary>
    public const string User = "65532:65532";

    public const string RevisionKey = "org.opencontainers.image.revision";

    public static IReadOnlyList<KeyValuePair<string, string>> Environment(ProjectManifest manifest, TechStack stack)
    {
        KeyValuePair<string, string> port = new("PORT", manifest.Port.ToString(CultureInfo.InvariantCulture));
        return stack switch
        {
            // The log is read while the agent runs, and /app is not the agent's to write to.
            TechStack.Python => [port, new("PYTHONUNBUFFERED", "1"), new("PYTHONDONTWRITEBYTECODE", "1")],
            TechStack.NodeJs => [port, new("NODE_ENV", "production")],
            TechStack.Java => [port],
        };
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Labels(ProjectManifest manifest, string commitId) =>
    [
        new("dev.procode.health", manifest.Health),
        new("dev.procode.runtime", manifest.Runtime),
        new(RevisionKey, IsCommitId(commitId) ? commitId : throw new ArgumentException("Not a commit id.", nameof(commitId))),
        new("org.opencontainers.image.title", manifest.Name),
    ];

    private static bool IsCommitId(string text) => CommitId().IsMatch(text);

    [GeneratedRegex(@"^[0-9a-f]{7,64}\z")]
    private static partial Regex CommitId();
}
