using System.Text.RegularExpressions;

namespace ProCode.Testing;

/// <summary>The Java development kit of this machine, 17 or newer: that of JAVA_HOME, else the one on the search path, else the oldest where Linux keeps them.</summary>
public static partial class Jdk
{
    private const int Least = 17;
    private static readonly Lazy<string?> _home = new(() => Candidates().FirstOrDefault(IsGood));

    /// <summary>Why tests that need it are skipped; null when it is here.</summary>
    public static string? Missing =>
        _home.Value is null ? $"There is no JDK {Least} or newer: install the package openjdk-17-jdk-headless, or set JAVA_HOME." : null;

    /// <summary>The full path of one of its programs, such as <c>javac</c>.</summary>
    public static string Program(string name) => ProgramOf(_home.Value ?? throw new InvalidOperationException(Missing), name);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } home) yield return home;
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var java = new FileInfo(ProgramOf(folder, "java", ""));
            if (java.Exists && Path.GetDirectoryName((java.ResolveLinkTarget(returnFinalTarget: true) ?? java).FullName) is { } bin) yield return Path.GetDirectoryName(bin)!;
        }
        const string Usual = "/usr/lib/jvm";
        if (!Directory.Exists(Usual)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(Usual).OrderBy(Major)) yield return folder;
    }

    private static bool IsGood(string home) => Major(home) >= Least && File.Exists(ProgramOf(home, "javac"));

    private static int Major(string home)
    {
        var release = Path.Combine(home, "release");
        return File.Exists(release) && Version().Match(File.ReadAllText(release)) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, null) : 0;
    }

    private static string ProgramOf(string home, string name, string folder = "bin") => Path.Combine(home, folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    [GeneratedRegex("JAVA_VERSION=\"([0-9]+)")]
    private static partial Regex Version();
}
