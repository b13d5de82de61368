using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ProCode.Apps;

namespace ProCode.Builds;

/// <summary>Writes the Dockerfile that corresponds to what the layer builder makes.</summary>
public static partial class DockerfileWriter
{
    /// <summary>The same arguments always give the same text. <paramref name="baseImage"/> is a reference, by tag or digest;
    /// <paramref name="commitId"/> is hexadecimal; anything else is an <see cref="ArgumentException"/>.</summary>
    public static string Write(ProjectManifest manifest, TechStack stack, string baseImage, string commitId)
    {
        if (!ImageReference().IsMatch(baseImage)) throw new ArgumentException("Not an image reference.", nameof(baseImage));
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');

        Line($"FROM {baseImage}");
        Line($"WORKDIR {RunSettings.WorkingDir}");
        Line($"COPY . {RunSettings.WorkingDir}/");
        foreach (var (name, value) in RunSettings.Environment(manifest, stack)) Line($"ENV {name}={Quote(value)}");
        foreach (var (name, value) in RunSettings.Labels(manifest, commitId)) Line($"LABEL {name}={Quote(value)}");
        Line($"EXPOSE {manifest.Port.ToString(CultureInfo.InvariantCulture)}");
        Line($"USER {RunSettings.User}");
        Line($"ENTRYPOINT {JsonSerializer.Serialize(manifest.Entrypoint)}");
        return text.ToString();
    }

    /// <summary>Dockerfile's own quoting: inside double quotes a backslash, a quote and the dollar of a variable are special, and a
    /// line ends the instruction whatever it is in.</summary>
    private static string Quote(string value)
    {
        if (value.Any(char.IsControl)) throw new ArgumentException("A value has a control character.", nameof(value));
        return '"' + value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("$", @"\$", StringComparison.Ordinal) + '"';
    }

    [GeneratedRegex(@"^[a-z0-9][a-zA-Z0-9._:/-]{0,254}(@sha256:[0-9a-f]{64})?\z")]
    private static partial Regex ImageReference();
}
