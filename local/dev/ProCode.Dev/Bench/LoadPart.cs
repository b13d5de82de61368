using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ProCode.Dev.Bench;

/// <summary>How the API answers 500 requests a second (<see cref="RequestMix"/>) while 100 pipelines are under way.</summary>
internal sealed class LoadPart(string dataPath, Action<string> say)
{
    private const int Apps = 200;

    // Until the hot paths are compiled for good, which takes its time on two cores that are busy.
    private const int WarmUpSeconds = 100;
    private const int MeasuredSeconds = 30;
    private static readonly TimeSpan _deployTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<RequestKind, ConcurrentBag<double>> _answers = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<long> _drafts = new();
    private readonly ConcurrentQueue<(long PipelineId, long IterationId)> _running = new();

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var stack = await BenchStack.StartAsync(Path.Combine(dataPath, "load"), _deployTime, tablesInMemory: true, cancellation);
        say($"making {Apps} apps by HTTP");
        var drafts = await stack.CreateIterationsAsync(Apps, cancellation);
        var apps = drafts.Select(draft => draft.AppId).ToArray();
        foreach (var draft in drafts)
        {
            _drafts.Enqueue(draft.Id);
        }

        using var http = new HttpClient { BaseAddress = stack.BaseUrl, Timeout = _timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.ApiKey);
        await SendAsync(http, RequestKind.PostRelease, 0, apps, cancellation);   // the first requests have something to ask for
        say($"{RequestMix.Rate} requests a second for {WarmUpSeconds} s to get going and {MeasuredSeconds} s under the clock");
        var requests = new List<Task>();
        var (cpuFrom, azuriteFrom) = ((await stack.CountAsync(cancellation)).CpuSeconds, stack.AzuriteCpu.TotalSeconds);
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < RequestMix.Rate * (WarmUpSeconds + MeasuredSeconds); n++)
        {
            while (RequestMix.DueAt(n) is var due && due > watch.Elapsed)
            {
                await Task.Delay(1, cancellation);
            }

            requests.Add(AnswerAsync(http, n, apps, watch, cancellation));
        }

        var (cpu, azurite, seconds) = ((await stack.CountAsync(cancellation)).CpuSeconds, stack.AzuriteCpu.TotalSeconds, watch.Elapsed.TotalSeconds);
        await Task.WhenAll(requests);
        Report(report);
        report.Add("pipelines100_app_cpu_percent", Figure.Of([(cpu - cpuFrom) / seconds * 100], "% of a core"), BenchReport.TablesInMemory);
        report.Add("pipelines100_azurite_cpu_percent", Figure.Of([(azurite - azuriteFrom) / seconds * 100], "% of a core"), BenchReport.TablesInMemory);
    }

    private async Task AnswerAsync(HttpClient http, int n, long[] apps, Stopwatch watch, CancellationToken cancellation)
    {
        var kind = RequestMix.KindOf(n);
        var isMeasured = RequestMix.DueAt(n).TotalSeconds >= WarmUpSeconds;
        string? error;
        try
        {
            error = await SendAsync(http, kind, n, apps, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            error = e.GetType().Name;
        }

        if (!isMeasured)
        {
            return;
        }

        _answers.GetOrAdd(kind, _ => []).Add((watch.Elapsed - RequestMix.DueAt(n)).TotalMilliseconds);
        if (error is not null)
        {
            _errors.AddOrUpdate($"{kind}: {error}", 1, (_, count) => count + 1);
        }
    }

    // Null when it was answered with success.
    private async Task<string?> SendAsync(HttpClient http, RequestKind kind, int n, long[] apps, CancellationToken cancellation)
    {
        var running = _running.ElementAtOrDefault(_running.IsEmpty ? 0 : n * 31 % _running.Count);
        long draft = 0;
        if (kind == RequestKind.PostRelease && !_drafts.TryDequeue(out draft))
        {
            return "no draft left";
        }

        using var request = kind switch
        {
            RequestKind.GetPipeline => Get($"pipelines/{running.PipelineId}"),
            RequestKind.GetIteration => Get($"iterations/{running.IterationId}"),
            RequestKind.ListPipelines => Get($"pipelines?appId={apps[n % apps.Length]}"),
            RequestKind.PostIteration => Post($"iterations", new { appId = apps[n % apps.Length], name = "load", sourceBranch = "main" }),
            RequestKind.PostRelease => Post($"iterations/{draft}/release", new { tag = $"v1.0.{draft}" }),
        };
        using var answer = await http.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        }

        if (kind is RequestKind.PostIteration or RequestKind.PostRelease)
        {
            using var json = JsonDocument.Parse(body);
            var data = json.RootElement.GetProperty("data");
            if (kind == RequestKind.PostIteration)
            {
                _drafts.Enqueue(data.GetProperty("id").GetInt64());
            }
            else
            {
                _running.Enqueue((data.GetProperty("pipelineId").GetInt64(), draft));
                if (_running.Count > 100)
                {
                    _running.TryDequeue(out _);
                }
            }
        }

        return null;
    }

    private void Report(BenchReport report)
    {
        AddLatency(report, "get", RequestKind.GetPipeline, RequestKind.GetIteration, RequestKind.ListPipelines);
        AddLatency(report, "get_pipeline", RequestKind.GetPipeline);
        AddLatency(report, "get_iteration", RequestKind.GetIteration);
        AddLatency(report, "list", RequestKind.ListPipelines);
        AddLatency(report, "post", RequestKind.PostIteration, RequestKind.PostRelease);
        AddLatency(report, "post_release", RequestKind.PostRelease);
        report.Add("pipelines100_errors", new Figure(_errors.Values.Sum(), 0, 0, "requests", RequestMix.Rate * MeasuredSeconds), BenchReport.TablesInMemory);
        foreach (var (error, count) in _errors)
        {
            say($"  {error}: {count}");
        }
    }

    private void AddLatency(BenchReport report, string name, params RequestKind[] kinds)
    {
        var times = kinds.SelectMany(kind => _answers[kind]).ToList();
        report.Add($"pipelines100_{name}_ms_p50", Figure.PercentileOf(times, 50, "ms"), BenchReport.TablesInMemory);
        report.Add($"pipelines100_{name}_ms_p99", Figure.PercentileOf(times, 99, "ms"), BenchReport.TablesInMemory);
    }

    private static HttpRequestMessage Get(FormattableString path) => new(HttpMethod.Get, Below(path));

    private static HttpRequestMessage Post(FormattableString path, object body) => new(HttpMethod.Post, Below(path)) { Content = JsonContent.Create(body) };

    private static Uri Below(FormattableString path) => new($"/api/v1/{path.ToString(CultureInfo.InvariantCulture)}", UriKind.Relative);
}
