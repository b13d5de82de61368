using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests;

/// <summary>The stack that the tests of this assembly share: with short intervals, so that what has to fail fails soon, and with patience
/// for the git host, so that a busy machine doesn't make a clear answer an inconclusive one.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    private TestStack? _stack;

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Pipelines__FirstRetryInterval"] = "00:00:00.2",
        ["Pipelines__DeployPollInterval"] = "00:00:01",
        ["Git__ReleaseProbeTimeout"] = "00:00:05",
        ["Git__ProbeTimeout"] = "00:00:05",
        ["Deployments__HealthTimeout"] = "00:00:04",
        ["Images__AllowEmptyBase"] = "true",
    };

    public TestStack Stack => _stack ?? throw new InvalidOperationException("The stack is not started.");

    public ProCodeClient Client => Stack.Client;

    public GitServer Git => Stack.Git;

    public AppProcess App => Stack.App;

    /// <summary>A client with another key, or none.</summary>
    public ProCodeClient ClientWith(string? apiKey) => Stack.ClientWith(apiKey);

    public async ValueTask InitializeAsync() => _stack = await TestStack.StartAsync(Settings);

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
    }
}
