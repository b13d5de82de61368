using System.Globalization;

namespace ProCode.Dev;

/// <summary>How to start the app. Only the hash of the admin key goes in; the key itself stays with the caller.</summary>
public sealed record AppProcessOptions
{
    /// <summary>The app's own project.</summary>
    public const string App = "ProCode.Functions";

    /// <summary>Everything the app keeps on disk lies below this folder.</summary>
    public required string DataPath { get; init; }

    /// <summary>The connection string of tables and blobs.</summary>
    public required string StorageConnectionString { get; init; }

    /// <summary>Hexadecimal SHA-256 of the admin key.</summary>
    public required string AdminKeyHash { get; init; }

    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The base images' OCI layout folder; null means <c>base</c> below <see cref="DataPath"/>.</summary>
    public string? BaseImagesPath { get; init; }

    /// <summary><c>debug</c> or <c>release</c>.</summary>
    public string Configuration { get; init; } = "debug";

    /// <summary>The project that is started: the app, or a program that composes it.</summary>
    public string Program { get; init; } = App;

    /// <summary>Further environment variables, which win over those made from the other members; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Sees every line that the app writes.</summary>
    public Action<string>? OnLine { get; init; }

    internal Dictionary<string, string?> ToEnvironment(int port)
    {
        var environment = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = StorageConnectionString,
            ["Storage__ConnectionString"] = StorageConnectionString,
            ["Auth__BootstrapKeyHash"] = AdminKeyHash,
            ["Secrets__KeyFile"] = Path.Combine(DataPath, "keys", "secrets.key"),
            ["Images__LayoutPath"] = Path.Combine(DataPath, "images"),
            ["Images__BasePath"] = BaseImagesPath ?? Path.Combine(DataPath, "base"),
            ["Images__AllowEmptyBase"] = "true",   // the process target brings the interpreter
            ["Deployments__Target"] = "process",
            ["Deployments__ProcessPath"] = Path.Combine(DataPath, "deployments"),
            ["Outbound__AllowPrivateNetworks"] = "true",
            ["ProCodeLocal__DataPath"] = Path.Combine(DataPath, "durable"),
            ["ProCodeLocal__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["PublicBaseUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
        };
        foreach (var (name, value) in Environment)
        {
            environment[name] = value;
        }

        return environment;
    }
}
