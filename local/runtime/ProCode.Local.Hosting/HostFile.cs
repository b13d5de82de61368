using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ProCode.Local.Hosting;

/// <summary>What host.json says, as far as the local host follows it, with a warning for each part that it doesn't know.</summary>
internal sealed class HostFile
{
    public const string Name = "host.json";

    // Right in host.json, and without a meaning on one machine: no warning.
    private static readonly HashSet<string> Accepted = new(StringComparer.OrdinalIgnoreCase)
    {
        "version", "logging:logLevel", "extensions:http:routePrefix", "extensions:http:maxConcurrentRequests", "extensions:http:maxOutstandingRequests",
        "extensions:durableTask:maxConcurrentActivityFunctions", "extensions:durableTask:maxConcurrentOrchestratorFunctions",
        "extensions:durableTask:defaultVersion", "extensions:durableTask:hubName", "extensions:durableTask:storageProvider", "extensions:durableTask:tracing",
        "functionTimeout", "logging:applicationInsights",
    };

    private readonly IConfiguration _content;

    private HostFile(IConfiguration content, IReadOnlyList<string> warnings)
    {
        _content = content;
        Warnings = warnings;
        var processors = Environment.ProcessorCount;
        MaxConcurrentActivities = Limit("extensions:durableTask:maxConcurrentActivityFunctions", 10 * processors);
        MaxConcurrentOrchestrators = Limit("extensions:durableTask:maxConcurrentOrchestratorFunctions", 10 * processors);
        MaxConcurrentRequests = LimitOrNone("extensions:http:maxConcurrentRequests");
        MaxOutstandingRequests = LimitOrNone("extensions:http:maxOutstandingRequests");
        CheckTimeout();
    }

    public IReadOnlyList<string> Warnings { get; }

    public IConfigurationSection Logging => _content.GetSection("logging");

    /// <summary>First part of every function's URL, without slashes; can be empty.</summary>
    public string RoutePrefix => (_content["extensions:http:routePrefix"] ?? "api").Trim('/');

    /// <summary>The version of orchestrations that are started without one, and the newest that this host runs; can be empty.</summary>
    public string DefaultVersion => _content["extensions:durableTask:defaultVersion"] ?? "";

    public int MaxConcurrentActivities { get; }

    public int MaxConcurrentOrchestrators { get; }

    /// <summary>How many requests functions answer at the same time, while the others wait; null is without limit.</summary>
    public int? MaxConcurrentRequests { get; }

    /// <summary>How many requests may be here at the same time, waiting or not; further ones are refused. Null is without limit.</summary>
    public int? MaxOutstandingRequests { get; }

    /// <summary>Reads the file; <paramref name="settings"/> override it by keys such as <c>AzureFunctionsJobHost:extensions:http:routePrefix</c>.</summary>
    public static HostFile Read(string folder, IConfiguration settings)
    {
        var path = Path.Combine(folder, Name);
        var warnings = new List<string>();
        var content = new ConfigurationBuilder();
        if (File.Exists(path)) content.AddJsonFile(path, optional: false, reloadOnChange: false);
        else warnings.Add($"There is no {path}: its defaults apply, such as the route prefix 'api'.");

        var file = content.AddConfiguration(settings.GetSection("AzureFunctionsJobHost")).Build();
        if (File.Exists(path) && file["version"] != "2.0")
            throw new InvalidDataException($"{path}: \"version\" must be \"2.0\", and is '{file["version"]}'.");

        warnings.AddRange(UnknownParts(file).Select(part => $"{Name}: '{part.Replace(':', '.')}' has no effect in the local host."));
        return new HostFile(file, warnings);
    }

    private static IEnumerable<string> UnknownParts(IConfiguration section)
    {
        foreach (var child in section.GetChildren())
        {
            if (Accepted.Contains(child.Path)) continue;
            if (!Accepted.Any(known => known.StartsWith(child.Path + ":", StringComparison.OrdinalIgnoreCase))) yield return child.Path;
            else foreach (var part in UnknownParts(child)) yield return part;
        }
    }

    private int? LimitOrNone(string key) => _content[key] is null or "-1" ? null : Limit(key, 0);

    private int Limit(string key, int missing)
    {
        if (_content[key] is not { } text) return missing;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? limit
            : throw Invalid(key, text, "a whole number above 0");
    }

    // It has no effect here, but the Functions host would not start with one that can't be read.
    private void CheckTimeout()
    {
        if (_content["functionTimeout"] is not { } text || text == "-1") return;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) || timeout <= TimeSpan.Zero)
            throw Invalid("functionTimeout", text, "a time such as 00:10:00, or -1 for none");
    }

    private static InvalidDataException Invalid(string key, string value, string expected) =>
        new($"{Name}: {key.Replace(':', '.')} must be {expected}, and is '{value}'.");
}
