using System.Security.Cryptography;
using ProCode.Dev;
using ProCode.Dev.Api;

namespace ProCode.Testing;

/// <summary>
/// The whole of ProCode for tests: Azurite, a git server and the app as its own process, on a temporary folder. Usable as an xunit
/// assembly fixture (<c>[assembly: AssemblyFixture(typeof(TestStack))]</c>) or alone by <see cref="StartAsync"/>. Tests share it, so each
/// makes its own app: see <see cref="CreateReleaseAsync"/>. Agents, processes and folder are gone after <see cref="DisposeAsync"/>.
/// </summary>
public sealed class TestStack : Xunit.IAsyncLifetime
{
    public const string GitUsername = "tester";

    private readonly TestFolder _folder = new();
    private readonly IReadOnlyDictionary<string, string?> _environment;
    private GitServer? _git;
    private LocalStack? _stack;

    /// <summary>For xunit; starts in <see cref="InitializeAsync"/>.</summary>
    public TestStack()
        : this(new Dictionary<string, string?>())
    {
    }

    private TestStack(IReadOnlyDictionary<string, string?> environment) => _environment = environment;

    /// <summary>The password that the git server wants.</summary>
    public string GitPassword { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>The git server, with basic authentication.</summary>
    public GitServer Git => _git ?? throw NotStarted();

    /// <summary>Azurite and the app.</summary>
    public LocalStack Stack => _stack ?? throw NotStarted();

    /// <summary>The app process: kill it, look at its last lines.</summary>
    public AppProcess App => Stack.App;

    /// <summary>Calls the API with all permissions.</summary>
    public ProCodeClient Client => Stack.Client;

    /// <summary>Starts a stack of its own, with further environment variables for the app.</summary>
    public static async Task<TestStack> StartAsync(IReadOnlyDictionary<string, string?>? environment = null)
    {
        var stack = new TestStack(environment ?? new Dictionary<string, string?>());
        try
        {
            await stack.InitializeAsync();
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _git = await GitServer.StartAsync(_folder["git"], GitUsername, GitPassword, CancellationToken.None);
        _stack = await LocalStack.StartAsync(new LocalStackOptions { DataPath = _folder["data"], Environment = _environment }, CancellationToken.None);
    }

    /// <summary>A client with another key, or none.</summary>
    public ProCodeClient ClientWith(string? apiKey) => new(App.BaseUrl, apiKey);

    /// <summary>A name that no other test has: <paramref name="stem"/> and eight hexadecimal digits.</summary>
    public static string NewName(string stem) => $"{stem}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>The file with the keys of the app's stored secrets, which it reads again when it changes.</summary>
    public string KeyFile => Path.Combine(_folder["data"], "keys", "secrets.key");

    /// <summary>Makes repository, credential, app and iteration. Without <paramref name="files"/> it is the sample agent.</summary>
    public async Task<TestRelease> CreateReleaseAsync(IReadOnlyDictionary<string, string>? files = null, string? gitPassword = null)
    {
        var name = NewName("agent");
        var commit = await Git.CreateRepositoryAsync(name, files ?? SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await Client.CreateBasicCredentialAsync(name, GitUsername, gitPassword ?? GitPassword);
        var app = await Client.CreateAppAsync(name, Git.UrlOf(name), credential.Id);
        return new TestRelease(name, commit, credential.Id, app, await Client.CreateIterationAsync(app.Id, "first"));
    }

    /// <summary>Kills the app with -9, if it still runs, and starts it again on the same data and port.</summary>
    public async Task KillAndRestartAsync(IReadOnlyDictionary<string, string?>? environment = null)
    {
        App.Kill();
        await Stack.RestartAppAsync(CancellationToken.None, environment);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_stack is not null)
            {
                await _stack.DisposeAsync();
            }
        }
        finally
        {
            await AgentProcesses.StopAsync(_folder.Path, CancellationToken.None);
            if (_git is not null)
            {
                await _git.DisposeAsync();
            }

            _folder.Dispose();
        }
    }

    private static InvalidOperationException NotStarted() => new("The stack is not started.");
}
