using Microsoft.Extensions.Configuration;

namespace ProCode.Local.Hosting;

/// <summary>What host.json says, as far as the local host follows it, with a warning for each part that it doesn't know.</summary>
internal sealed class HostFile
{
    public const string Name = "host.json";

    // Right in host.json, and without a meaning on one machine: no warning.
    private static readonly HashSet<string> Accepted = new(StringComparer.OrdinalIgnoreCase)
    {
        "version", "logging:logLevel", "extensions:http:routePrefix",
        "extensions:durableTask:maxConcurrentActivityFunctions", "extensions:durableTask:maxConcurrentOrchestratorFunctions",
        "extensions:durableTask:defaultVersion", "extensions:durableTask:hubName", "extensions:durableTask:storageProvider", "extensions:durableTask:tracing",
        "functionTimeout", "logging:applicationInsights",
    };

    private readonly IConfiguration _content;

    private HostFile(IConfiguration content, IReadOnlyList<string> warnings)
    {
        _content = content;
        Warnings = warnings;
    }

    public IReadOnlyList<string> Warnings { get; }

    public IConfigurationSection Logging => _content.GetSection("logging");

    /// <summary>First part of every function's URL, without slashes; can be empty.</summary>
    public string RoutePrefix => (_content["extensions:http:routePrefix"] ?? "api").Trim('/');

    /// <summary>The version of orchestrations that are started without one, and the newest that this host runs; can be empty.</summary>
    public string DefaultVersion => _content["extensions:durableTask:defaultVersion"] ?? "";

    public int MaxConcurrentActivities => Limit("maxConcurrentActivityFunctions");

    public int MaxConcurrentOrchestrators => Limit("maxConcurrentOrchestratorFunctions");

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

    private int Limit(string name)
    {
        var limit = _content.GetValue($"extensions:durableTask:{name}", 10 * Environment.ProcessorCount);
        return limit > 0 ? limit : throw new InvalidDataException($"{Name}: extensions.durableTask.{name} must be positive, and is {limit}.");
    }
}
