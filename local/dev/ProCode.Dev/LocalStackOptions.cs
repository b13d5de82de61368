namespace ProCode.Dev;

/// <summary>What <see cref="LocalStack"/> starts and where.</summary>
public sealed record LocalStackOptions
{
    /// <summary>Everything is kept below this folder.</summary>
    public required string DataPath { get; init; }

    /// <summary>The app's port on 127.0.0.1; 0 takes a free one and keeps it over restarts.</summary>
    public int Port { get; init; }

    /// <summary><c>debug</c> or <c>release</c>.</summary>
    public string Configuration { get; init; } = "debug";

    /// <summary>The project that is started: the app, or a program that composes it.</summary>
    public string Program { get; init; } = AppProcessOptions.App;

    /// <summary>Count the requests that Azurite answers.</summary>
    public bool CountStorageRequests { get; init; }

    /// <summary>The base images' OCI layout folder; null means <c>base</c> below <see cref="DataPath"/>.</summary>
    public string? BaseImagesPath { get; init; }

    /// <summary>Further environment variables of the app.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Sees every line that the app writes.</summary>
    public Action<string>? OnLine { get; init; }
}
