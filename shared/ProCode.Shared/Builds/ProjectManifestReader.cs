using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ProCode.Apps;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Builds;

/// <summary>Makes the manifest of a project from its procode.yaml and, for what that leaves out, from the files it has.</summary>
public static partial class ProjectManifestReader
{
    private const int MaxArguments = 64;
    private const int MaxArgumentLength = 4096;
    private const int MinPort = 1024;
    private const int MaxPort = 65535;
    private const string PortRule = "must be a whole number from 1024 to 65535";
    private const string HealthRule = "must be a path of at most 256 URL characters that starts with one /";

    /// <summary>Reads a manifest of at most 64 KiB; null means that the project has none. What a restart wants otherwise (<paramref name="input"/>) goes before what it says.
    /// Everything wrong in it is reported at once as <see cref="BuildErrors.ManifestInvalid"/>, a detail per field; a project that can't be started is
    /// <see cref="BuildErrors.EntrypointMissing"/>.</summary>
    public static Result<ProjectManifest> Read(string? yaml, TechStack stack, string appName, SourceListing files, StageInput.Build? input = null)
    {
        if (yaml is not null && Encoding.UTF8.GetByteCount(yaml) > SourceListing.MaxTextBytes)
            return Invalid([new ErrorDetail(SourceListing.ManifestFile, $"is larger than {SourceListing.MaxTextBytes / 1024} KiB")]);

        var problems = new List<ErrorDetail>();
        var fields = ManifestYaml.Parse(yaml ?? string.Empty, problems);
        var name = Text(fields, "name", appName, problems, IsName, "must be 1-100 characters without control characters");
        var runtime = Text(fields, "runtime", BaseImages.DefaultRuntime(stack), problems, value => BaseImages.IsRuntime(stack, value),
            $"is not a runtime of this app's tech stack; one is {BaseImages.DefaultRuntime(stack)}");
        var port = Text(fields, "port", "8080", problems, IsPort, PortRule);
        var health = Text(fields, "health", "/health", problems, value => HealthPath().IsMatch(value),
            HealthRule);
        CheckEntrypoint(fields, problems);
        if (problems.Count > 0) return Invalid(problems);

        if (input?.Runtime is { } wanted && !BaseImages.IsRuntime(stack, wanted))
            return BuildErrors.ManifestInvalid.With($"'{wanted}' is not a runtime of this app's tech stack; one is {BaseImages.DefaultRuntime(stack)}.", "input.runtime", "is not a runtime of this app's tech stack");
        var found = input?.Entrypoint is { } command ? Entrypoints.Check(command, files) : Entrypoint(fields, stack, files);
        if (!found.TryGet(out var entrypoint, out var error)) return error;
        return new ProjectManifest(
            name, input?.Runtime ?? runtime, entrypoint, input?.Port ?? int.Parse(port, CultureInfo.InvariantCulture), input?.Health ?? health);
    }

    /// <summary>Blames what a BUILD's input has that no manifest could have.</summary>
    public static void Validate(StageInput.Build input, string field, Check check) => check
        .That(input.Port is null or (>= MinPort and <= MaxPort), $"{field}.port", PortRule)
        .That(input.Health is null || HealthPath().IsMatch(input.Health), $"{field}.health", HealthRule)
        .That(input.Entrypoint is null || IsCommand(input.Entrypoint), $"{field}.entrypoint", $"must be a command as a list of 1-{MaxArguments} texts");

    private static string Text(
        IReadOnlyDictionary<string, ManifestField> fields, string key, string byDefault, List<ErrorDetail> problems, Func<string, bool> isValid, string rule)
    {
        if (!fields.TryGetValue(key, out var field)) return byDefault;
        if (field.Text is { } text && isValid(text)) return text;
        problems.Add(new ErrorDetail(key, $"line {field.Line}: {rule}"));
        return byDefault;
    }

    private static void CheckEntrypoint(IReadOnlyDictionary<string, ManifestField> fields, List<ErrorDetail> problems)
    {
        if (!fields.TryGetValue("entrypoint", out var field)) return;
        var parts = field.Items ?? [field.Text!];
        if (!IsCommand(parts))
            problems.Add(new ErrorDetail("entrypoint", $"line {field.Line}: must be a file of the project, or a command as a list of 1-{MaxArguments} texts"));
    }

    private static Result<IReadOnlyList<string>> Entrypoint(
        IReadOnlyDictionary<string, ManifestField> fields, TechStack stack, SourceListing files)
    {
        if (!fields.TryGetValue("entrypoint", out var field)) return Entrypoints.Find(stack, files);
        return field.Items is { } command ? Entrypoints.Check(command, files) : Entrypoints.ForFile(field.Text!, stack, files);
    }

    private static bool IsCommand(IReadOnlyList<string> parts) =>
        parts.Count is >= 1 and <= MaxArguments && parts[0].Length > 0 && !parts.Any(part => part.Length > MaxArgumentLength || part.Contains('\0'));

    private static bool IsName(string value) => value.Trim().Length > 0 && value.Length <= 100 && !value.Any(char.IsControl);

    private static bool IsPort(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= MinPort and <= MaxPort;

    // A second slash would make it the name of another host when it is put behind the agent's address.
    [GeneratedRegex(@"^/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,255}\z")]
    private static partial Regex HealthPath();

    private static Error Invalid(List<ErrorDetail> problems)
    {
        var first = problems[0];
        return BuildErrors.ManifestInvalid.With($"{SourceListing.ManifestFile} is not valid: {first.Field}: {first.Issue}.") with { Details = problems };
    }
}
