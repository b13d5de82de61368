using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>A folder of deployments, with targets on it. Its end stops every agent of its own and checks that none is left.</summary>
internal sealed class ProcessTargetHarness : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly List<ProcessDeploymentTarget> _targets = [];
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N")[..12];

    private ProcessTargetHarness(string root, CallbackReceiver callbacks) => (Root, Callbacks) = (root, callbacks);

    public string Root { get; }

    public CallbackReceiver Callbacks { get; }

    public HttpClient Http { get; } = new();

    public AgentImages Images => new(Path.Combine(Root, "images"));

    public string ProcessPath => Path.Combine(Root, "deployments");

    public static async Task<ProcessTargetHarness> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("procode-process-").FullName;
        // Open, as agents run as nobody when the tests run as root.
        File.SetUnixFileMode(root, (UnixFileMode)0b111_101_101);
        return new ProcessTargetHarness(root, await CallbackReceiver.StartAsync());
    }

    public ProcessDeploymentTarget NewTarget(TimeSpan? healthTimeout = null)
    {
        var options = new ProcessTargetOptions { ProcessPath = ProcessPath, HealthTimeout = healthTimeout ?? TimeSpan.FromSeconds(60) };
        var target = new ProcessDeploymentTarget(options, Images.Reader, TimeProvider.System, NullLogger<ProcessDeploymentTarget>.Instance);
        _targets.Add(target);
        return target;
    }

    public string Id(string name) => $"{_prefix}-{name}";

    public async Task<DeploymentRequest> RequestAsync(
        string name, IReadOnlyDictionary<string, string> agent, long fence = 1, IReadOnlyDictionary<string, string>? env = null, string environment = "prod") => new(
        Id(name), 7, environment, fence, $"layout/agent:{name}", await Images.AddAsync(agent),
        new DeploymentConfig(env ?? new Dictionary<string, string>(), "500m", "256Mi", 1, 8080, "/health"), Callbacks.Url, Callbacks.Secret);

    public async Task<DeploymentState> SettledAsync(IDeploymentTarget target, string name)
    {
        var state = default(DeploymentState);
        await UntilAsync(async () =>
        {
            state = (await target.GetStatusAsync(Id(name), default)).Value;
            return state.Status is not (OpsStatus.PENDING or OpsStatus.RUNNING);
        });
        return state!;
    }

    public DeploymentFolder Folder(string name) => DeploymentFolder.Find(ProcessPath, Id(name))!;

    public AgentProcess Process(string name) => Folder(name).Process(Folder(name).Read()!)!;

    /// <summary>All processes whose environment says that they belong to the deployment, or to any of this harness.</summary>
    public IReadOnlyList<int> Marked(string? name = null) =>
        [.. from process in ProcStat.All()
            where process.IsAlive && EnvironmentOf(process.Pid).Contains($"\0{AgentLauncher.Marker}={(name is null ? _prefix : Id(name))}", StringComparison.Ordinal)
            select process.Pid];

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
            await Task.Delay(25, deadline.Token);
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public async ValueTask DisposeAsync()
    {
        // As a container does that knows it by several interfaces: more than once.
        foreach (var target in _targets.Concat(_targets))
            await target.DisposeAsync();
        foreach (var folder in DeploymentFolder.Slots(ProcessPath).SelectMany(DeploymentFolder.InSlot))
        {
            if (folder.Read() is { } record && folder.Process(record) is { } process)
                await process.StopAsync(TimeProvider.System, default);
        }
        Assert.Empty(Marked());
        Http.Dispose();
        await Callbacks.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private static string EnvironmentOf(int pid)
    {
        try
        {
            return "\0" + File.ReadAllText($"/proc/{pid}/environ", Encoding.UTF8);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
