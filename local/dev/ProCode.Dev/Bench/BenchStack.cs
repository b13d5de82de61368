using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using ProCode.Dev.Api;

namespace ProCode.Dev.Bench;

/// <summary>The app with instant outside ports (tests/ProCode.PipelineBench) on an Azurite of its own, and what the benchmark does with it.</summary>
internal sealed class BenchStack : IAsyncDisposable
{
    private const int AtOnce = 16;

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    // Pipelines that move ask something more often than this.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private const string Program = "ProCode.PipelineBench";
    private const string TablesReady = "Tables ready: ";

    private readonly LocalStack _stack;
    private readonly ChildProcess? _tables;
    private readonly HttpClient _http;
    private int _apps;

    private BenchStack(LocalStack stack, ChildProcess? tables) =>
        (_stack, _tables, _http) = (stack, tables, new HttpClient { BaseAddress = stack.App.BaseUrl, Timeout = _patience });

    /// <summary>Where the app listens.</summary>
    public Uri BaseUrl => _stack.App.BaseUrl;

    /// <summary>A key with all permissions.</summary>
    public string ApiKey => _stack.AdminKey.Value;

    /// <summary>Calls the API.</summary>
    public ProCodeClient Client => _stack.Client;

    /// <summary>What storage and app have used of the processors: Azurite has only one.</summary>
    public TimeSpan AzuriteCpu => _stack.Azurite.ProcessorTime;

    /// <summary>Starts one whose deployments take so long: no time by default, for ever when infinite.</summary>
    /// <param name="dataPath">Where everything is kept.</param>
    /// <param name="deployTime">How long deployments take.</param>
    /// <param name="tablesInMemory">Keep the tables in the memory of another process instead of Azurite.</param>
    /// <param name="cancellation">Stops the start.</param>
    public static async Task<BenchStack> StartAsync(string dataPath, TimeSpan deployTime, bool tablesInMemory, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string?> { ["Bench__DeployTime"] = deployTime.ToString("c", CultureInfo.InvariantCulture) };
        ChildProcess? tables = null;
        try
        {
            if (tablesInMemory)
            {
                var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                tables = ChildProcess.Start(["dotnet", Checkout.AssemblyOf(Program, "release"), "tables"], onLine: line =>
                {
                    if (line.StartsWith(TablesReady, StringComparison.Ordinal))
                    {
                        ready.TrySetResult(line[TablesReady.Length..]);
                    }
                });
                environment["Bench__Tables"] = $"AccountName=memory;AccountKey=bWVtb3J5;TableEndpoint={await ready.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation)}";
            }

            var options = new LocalStackOptions { DataPath = dataPath, Configuration = "release", Program = Program, Environment = environment };
            return new BenchStack(await LocalStack.StartAsync(options, cancellation), tables);
        }
        catch
        {
            if (tables is not null)
            {
                await tables.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>What the app's process has used so far; with <paramref name="collect"/>, its garbage is thrown away before.</summary>
    public async Task<Counters> CountAsync(CancellationToken cancellation, bool collect = false) =>
        (await _http.GetFromJsonAsync<Counters>($"/bench/counters{(collect ? "?collect" : "")}", cancellation))!;

    /// <summary>Brings so many pipelines to where they wait for their deployment.</summary>
    public async Task BeginWaitingAsync(int count, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsync(string.Create(CultureInfo.InvariantCulture, $"/bench/waiting?count={count}"), null, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>An app whose repository is the instant one.</summary>
    public Task<AppInfo> CreateAppAsync(CancellationToken cancellation)
    {
        var n = Interlocked.Increment(ref _apps);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:9/agent-{n}.git");
        return Client.CreateAppAsync(string.Create(CultureInfo.InvariantCulture, $"bench-{n}"), url, credentialId: null, cancellation: cancellation);
    }

    /// <summary>Apps, each with a draft iteration.</summary>
    public async Task<IReadOnlyList<IterationInfo>> CreateIterationsAsync(int apps, CancellationToken cancellation)
    {
        var iterations = new ConcurrentBag<IterationInfo>();
        await Parallel.ForEachAsync(Enumerable.Range(0, apps), Limit(cancellation), async (_, token) =>
            iterations.Add(await CreateIterationAsync((await CreateAppAsync(token)).Id, token)));
        return [.. iterations];
    }

    /// <summary>A draft iteration of each app.</summary>
    public async Task<IReadOnlyList<IterationInfo>> CreateIterationsAsync(IEnumerable<long> appIds, CancellationToken cancellation)
    {
        var iterations = new ConcurrentBag<IterationInfo>();
        await Parallel.ForEachAsync(appIds, Limit(cancellation), async (appId, token) => iterations.Add(await CreateIterationAsync(appId, token)));
        return [.. iterations];
    }

    /// <summary>A draft iteration.</summary>
    public Task<IterationInfo> CreateIterationAsync(long appId, CancellationToken cancellation) => Client.CreateIterationAsync(appId, "bench", cancellation: cancellation);

    /// <summary>Waits, without asking the storage anything, until so many deployments were ordered and nothing moves any more.</summary>
    public async Task<Counters> SettleAsync(long orders, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_patience);
        var last = await CountAsync(deadline.Token);
        for (var still = TimeSpan.Zero; last.Orders < orders || still < _quiet; still += _look)
        {
            await Task.Delay(_look, deadline.Token);
            var now = await CountAsync(deadline.Token);
            if (now.Requests != last.Requests)
            {
                still = TimeSpan.Zero;
            }

            last = now;
        }

        return last;
    }

    /// <summary>Waits, without asking the storage anything, until so many deployments were ordered.</summary>
    public async Task OrderedAsync(long orders, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_patience);
        while ((await CountAsync(deadline.Token)).Orders < orders)
        {
            await Task.Delay(_look, deadline.Token);
        }
    }

    /// <summary>The pipeline, which must end well.</summary>
    public async Task<PipelineInfo> EndAsync(long pipelineId, CancellationToken cancellation)
    {
        var pipeline = await Client.WaitForEndAsync(pipelineId, cancellation);
        return pipeline.Status == "SUCCESS" ? pipeline : throw new DevException($"Pipeline {pipeline.Id} ended as {pipeline.Status}; the app's last lines:\n{_stack.App.LastLines}");
    }

    /// <summary>The same for many.</summary>
    public async Task<IReadOnlyList<PipelineInfo>> EndAsync(IEnumerable<long> pipelineIds, CancellationToken cancellation)
    {
        var ended = new ConcurrentBag<PipelineInfo>();
        await Parallel.ForEachAsync(pipelineIds, Limit(cancellation), async (id, token) => ended.Add(await EndAsync(id, token)));
        return [.. ended];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _stack.DisposeAsync();
        if (_tables is not null)
        {
            await _tables.DisposeAsync();
        }
    }

    private static ParallelOptions Limit(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
}
