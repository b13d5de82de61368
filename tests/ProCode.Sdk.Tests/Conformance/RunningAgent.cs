using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>A conformance agent as its own process, with everything it has logged.</summary>
public sealed class RunningAgent : IAsyncDisposable
{
    private const string Json = "application/json";
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private ChildProcess _process = null!;

    private RunningAgent()
    {
    }

    public int Port { get; private set; }

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>Every line on standard output and error so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The lines as JSON; one that isn't fails the test.</summary>
    public IEnumerable<JsonElement> Log => _lines.Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>Starts the agent and waits until it listens.</summary>
    public static async Task<RunningAgent> StartAsync<TLanguage>(string mode = "plain", params (string Name, string Value)[] settings)
        where TLanguage : IAgentLanguage
    {
        var agent = await LaunchAsync<TLanguage>(mode, settings);
        try
        {
            var line = await agent.WaitForLineAsync(line => Text(line, "event") == "agent.started");
            agent.Port = line.GetProperty("port").GetInt32();
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the agent without expecting that it will listen.</summary>
    public static async Task<RunningAgent> LaunchAsync<TLanguage>(string mode, params (string Name, string Value)[] settings)
        where TLanguage : IAgentLanguage
    {
        Assert.SkipWhen(TLanguage.Missing is not null, TLanguage.Missing ?? "");
        await TLanguage.PrepareAsync();
        var environment = new Dictionary<string, string?>(TLanguage.Environment) { ["PORT"] = "0", ["PROCODE_HOST"] = "127.0.0.1", ["CONFORMANCE_MODE"] = mode };
        foreach (var (name, value) in settings) environment[name] = value;
        var agent = new RunningAgent();
        agent._process = ChildProcess.Start(TLanguage.Command, environment, onLine: agent._lines.Enqueue);
        return agent;
    }

    /// <summary>POST /invoke with a body of JSON.</summary>
    public Task<AgentAnswer> InvokeAsync(object body, params (string Name, string Value)[] headers) =>
        PostAsync(JsonSerializer.Serialize(body), Json, headers);

    /// <summary>POST /invoke with any text.</summary>
    public Task<AgentAnswer> PostAsync(string body, string? contentType = Json, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Post, "/invoke", content, headers);
    }

    public Task<AgentAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<AgentAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, UrlOf(path)) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return await AgentAnswer.ReadAsync(response);
    }

    /// <summary>POST /invoke for an event stream, read event by event. Disposing the stream hangs up.</summary>
    public async Task<EventStream> OpenStreamAsync(object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf("/invoke"));
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, Json);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        return new EventStream(await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public async Task<int> ReadinessAsync() => (await GetAsync("/ready")).Status;

    /// <summary>Waits for a line of the log, from the beginning of the log on.</summary>
    public async Task<JsonElement> WaitForLineAsync(Func<JsonElement, bool> isIt)
    {
        JsonElement? found = null;
        try
        {
            await WaitFor.Async(() => (found = Log.Cast<JsonElement?>().FirstOrDefault(line => isIt(line!.Value))) is not null || Exited.IsCompleted, TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            // Told below, with the log.
        }
        return found ?? Log.Cast<JsonElement?>().FirstOrDefault(line => isIt(line!.Value))
            ?? throw new TimeoutException($"No such line:\n{string.Join('\n', _lines)}");
    }

    public Task<JsonElement> WaitForMessageAsync(string message) => WaitForLineAsync(line => Text(line, "message") == message);

    /// <summary>How many invocations have run or been refused, by the log.</summary>
    public int FinishedInvocations => Log.Count(line => Text(line, "event") == "invocation.finished");

    /// <summary>SIGTERM.</summary>
    public async Task TerminateAsync() =>
        await Tool.RequireAsync(["kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);

    public static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.DisposeAsync();
    }

    private Uri UrlOf(string path) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}{path}"), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
