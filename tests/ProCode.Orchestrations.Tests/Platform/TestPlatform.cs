using System.Net;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deliveries;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Images;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Build;
using ProCode.Orchestrations.Stages.CodeCheck;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Stages.Package;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Outbound;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Scaffolds;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>
/// The product's own stores, activities and orchestrators, on storage in memory and the durable engine in this process, which replays at
/// every step. Scripted is only what is someone else's server: the git host, the image builder, the ops system, the receivers of events.
/// </summary>
internal sealed class TestPlatform : IAsyncDisposable
{
    private readonly List<ServiceProvider> _processes = [];
    private readonly Queue<IServiceProvider> _otherHosts = [];
    private readonly Life? _life;
    private DurableTaskTestHost? _host;

    // Beside another one it is on the same storage, with the same servers around.
    private TestPlatform(ManualTime time, TestPlatform? beside = null, Life? life = null)
    {
        _life = life;
        Time = time;
        Tables = beside?.Tables ?? new TablesWithAccidents(time);
        Blobs = beside?.Blobs ?? new BlobsInMemory();
        Git = beside?.Git ?? new ScriptedGitHost();
        Images = beside?.Images ?? new ScriptedImageBuilder();
        Target = beside?.Target ?? new ScriptedTarget();
        Receiver = beside?.Receiver ?? new ScriptedReceiver();
        Services = NewProcess();
    }

    /// <summary>How payloads are written.</summary>
    public static DataConverter Payloads { get; } = new JsonDataConverter(ProCodeJson.Stored);

    public ManualTime Time { get; }

    public TablesWithAccidents Tables { get; }

    public BlobsInMemory Blobs { get; }

    public ScriptedGitHost Git { get; }

    public ScriptedImageBuilder Images { get; }

    public ScriptedTarget Target { get; }

    /// <summary>Whoever events are sent to.</summary>
    public ScriptedReceiver Receiver { get; }

    /// <summary>The process that the activities run in.</summary>
    public IServiceProvider Services { get; private set; }

    public DurableTaskClient Durable { get => field ?? Host.Client; set; }

    /// <summary>What the engine was given.</summary>
    public IServiceProvider Engine => Host.Services;

    private DurableTaskTestHost Host => _host ?? throw new InvalidOperationException("This platform has no engine.");

    /// <summary>A platform whose clock stands, without an engine: activities and stores are called by the test.</summary>
    public static TestPlatform WithoutEngine() => new(new ManualTime());

    /// <summary>A platform with an engine. Unless the test wants to move the clock itself, waits take no time.</summary>
    /// <param name="skipsWaits">False: the test moves the clock.</param>
    /// <param name="engine">What the engine is given beside its clock.</param>
    public static async Task<TestPlatform> StartAsync(bool skipsWaits = true, Action<IServiceCollection>? engine = null)
    {
        var platform = new TestPlatform(new ManualTime { Skips = skipsWaits });
        platform._host = await DurableTaskTestHost.StartAsync(
            platform.Register,
            new DurableTaskTestHostOptions
            {
                ConfigureServices = services =>
                {
                    services.AddSingleton<TimeProvider>(platform.Time).AddSingleton(Payloads);
                    engine?.Invoke(services);
                },
            });
        return platform;
    }

    /// <summary>A process that can die, beside another one and without an engine yet.</summary>
    public static TestPlatform Beside(TestPlatform other, Life life) => new(other.Time, other, life);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Another process on the same storage: it remembers nothing of this one.</summary>
    public ServiceProvider NewProcess()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(Tables.Client(_life)).AddSingleton(Blobs.Client(_life));
        services.AddSingleton<Tables>().AddSingleton<Blobs>().AddSingleton<IdGenerator>();
        services.AddSingleton<IKeyEncryptionKeys, TestKeys>().AddSingleton<SecretProtector>()
            .AddSingleton<CredentialStore>().AddSingleton<CredentialReferences>().AddSingleton<CredentialDeletion>();
        services.Configure<ServiceOptions>(options => options.PublicBaseUrl = new Uri("https://procode.test"));
        services.AddKeyedSingleton(KeyedService.AnyKey, MortalClient.Of<IGitHost>(Git, _life)).AddSingleton<GitHosts>().AddSingleton<GitRemotes>().AddSingleton<TagProbe>();
        services.AddSingleton(new OutboundUrls(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([new(0x08080808)])));
        services.AddSingleton<RepoStore>().AddSingleton<NewRepo>().AddSingleton<RepoReadings>().AddSingleton<RepoReader>();
        services.AddScoped<ConnectRepo>().AddScoped<RotateWebhook>().AddScaffolds();
        services.AddDeliveries().AddSingleton<ApplyDeliveryActivity>();
        services.AddSubscriptions().AddSingleton<AttemptEventDeliveryActivity>();
        services.AddSingleton(new EventSender(new HttpClient(_life is null ? Receiver : new MortalSender(Receiver, _life), disposeHandler: false), Time));
        services.AddSingleton(MortalClient.Of<IImageBuilder>(Images, _life)).AddSingleton(MortalClient.Of<IDeploymentTarget>(Target, _life));
        services.AddIdempotency().AddApps().AddIterations().AddPipelines().AddDeployments().AddOrchestrations();
        services.Configure<PipelineOptions>(options => options.CancelCheckInterval = TimeSpan.FromMilliseconds(_life is null ? 200 : 40));
        services.AddSingleton<CheckCodeActivity>().AddSingleton<BuildActivity>().AddSingleton<PackageActivity>();
        services.AddSingleton<SettleIterationActivity>().AddSingleton<AdvancePipelineActivity>().AddSingleton<PrepareDeploymentActivity>();
        services.AddSingleton<OrderDeploymentActivity>().AddSingleton<CheckDeploymentActivity>();
        services.AddSingleton<AdvanceSetupActivity>().AddSingleton<EnsureWebhookActivity>().AddSingleton<RemoveWebhookActivity>();
        services.AddSingleton<RemoveFormerWebhooksActivity>().AddSingleton<PushScaffoldActivity>();
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    /// <summary>From now on the activities run in one more process, each in the next one: what one remembers, the others have changed since.</summary>
    public void AddHost() => _otherHosts.Enqueue(NewProcess());

    /// <summary>The process that the activities run in has died and another one takes its place.</summary>
    public void Restart() => Services = NewProcess();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        foreach (var process in _processes) await process.DisposeAsync();
    }

    /// <summary>What a value looks like when it is stored: records that hold lists are compared so.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, ProCodeJson.Stored);

    private void NextHost()
    {
        lock (_otherHosts)
        {
            if (_otherHosts.Count == 0) return;
            _otherHosts.Enqueue(Services);
            Services = _otherHosts.Dequeue();
        }
    }

    /// <summary>The product's orchestrators and activities, for an engine.</summary>
    public void Register(DurableTaskRegistry registry)
    {
        registry.AddOrchestratorFunc(nameof(PhasePipelineOrchestrator), PhasePipelineOrchestrator.Run);
        registry.AddOrchestratorFunc(nameof(IterationPipelineOrchestrator), IterationPipelineOrchestrator.Run);
        Activity<IterationRequest, bool>(nameof(SettleIterationActivity), input => Get<SettleIterationActivity>().Run(input, default));
        registry.AddOrchestratorFunc(nameof(DeploymentOrderOrchestrator), DeploymentOrderOrchestrator.Run);
        registry.AddOrchestratorFunc(nameof(DeploymentWaitOrchestrator), DeploymentWaitOrchestrator.Run);
        registry.AddOrchestratorFunc(nameof(SetUpAppOrchestrator), SetUpAppOrchestrator.Run);
        Activity<AdvanceSetup, NextSetup>(nameof(AdvanceSetupActivity), input => Get<AdvanceSetupActivity>().Run(input, default));
        Activity<SetupAttempt, SetupOutcome>(nameof(EnsureWebhookActivity), input => Get<EnsureWebhookActivity>().Run(input, default));
        Activity<SetupAttempt, SetupOutcome>(nameof(RemoveWebhookActivity), input => Get<RemoveWebhookActivity>().Run(input, default));
        Activity<SetupAttempt, SetupOutcome>(nameof(RemoveFormerWebhooksActivity), input => Get<RemoveFormerWebhooksActivity>().Run(input, default));
        Activity<SetupAttempt, SetupOutcome>(nameof(PushScaffoldActivity), input => Get<PushScaffoldActivity>().Run(input, default));
        registry.AddOrchestratorFunc(nameof(DeliveryOrchestrator), DeliveryOrchestrator.Run);
        Activity<AdvanceRequest, NextStep>(nameof(AdvancePipelineActivity), input => Get<AdvancePipelineActivity>().Run(input, Durable, default));
        Activity<StageAttempt, StageOutcome>(nameof(CheckCodeActivity), input => Get<CheckCodeActivity>().Run(input, default));
        Activity<StageAttempt, StageOutcome>(nameof(BuildActivity), input => Get<BuildActivity>().Run(input, default));
        Activity<StageAttempt, StageOutcome>(nameof(PackageActivity), input => Get<PackageActivity>().Run(input, default));
        Activity<StageAttempt, PreparedDeployment>(nameof(PrepareDeploymentActivity), input => Get<PrepareDeploymentActivity>().Run(input, Durable, default));
        Activity<DeploymentOrder, bool>(nameof(OrderDeploymentActivity), input => Get<OrderDeploymentActivity>().Run(input, default));
        Activity<DeploymentWait, DeploymentProgress>(nameof(CheckDeploymentActivity), input => Get<CheckDeploymentActivity>().Run(input, default));
        Activity<DeliveryTry, bool>(nameof(ApplyDeliveryActivity), input => Get<ApplyDeliveryActivity>().Run(input, Durable, default));
        registry.AddOrchestratorFunc(nameof(EventDeliveryOrchestrator), EventDeliveryOrchestrator.Run);
        Activity<EventDeliveryRequest, NextEventAttempt>(nameof(AttemptEventDeliveryActivity), input => Get<AttemptEventDeliveryActivity>().Run(input, default));

        void Activity<TInput, TOutput>(string name, Func<TInput, Task<TOutput>> run) => registry.AddActivityFunc<TInput, TOutput>(name, (_, input) =>
        {
            NextHost();
            return _life is null ? run(input) : _life.WorkAsync(() => run(input));
        });
    }
}
