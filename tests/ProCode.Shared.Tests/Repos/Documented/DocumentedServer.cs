using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.Api;

namespace ProCode.Tests.Repos.Documented;

/// <summary>
/// A git host in this process that takes only what its documentation lists: requests come from the fixture files beside the host's tests, the
/// repository behind them is a <see cref="FakeProject"/>. Whatever else is asked is answered 418 and fails the test when the server is disposed.
/// </summary>
internal abstract class DocumentedServer : IAsyncDisposable
{
    public const string Token = "s3cr3t-t0ken+/=";

    private static readonly string[] AllowedHeaders = ["Host", "User-Agent", "Authorization", "Content-Type", "Content-Length", "Transfer-Encoding", "traceparent"];

    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly IReadOnlyList<DocumentedEndpoint> _endpoints;
    private readonly WebApplication _web;

    protected DocumentedServer(string host)
    {
        _endpoints = Load(host);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions()); // a hundred of these are started
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public FakeProject Project { get; } = new();

    /// <summary>Stands where git itself does what the API doesn't.</summary>
    public GitStub Git { get; } = new();

    /// <summary>Git itself in place of the stub, and the repository that it finds at this server's address.</summary>
    public (IGitHost Host, Uri Repository)? RealGit { get; set; }

    protected IGitHost GitHost => RealGit?.Host ?? Git.Host;

    /// <summary>Answers in place of the repository, when it gives something.</summary>
    public Func<DocumentedCall, FakeAnswer?> Instead { get; set; } = _ => null;

    /// <summary>Looks at the repository's answer before it goes out.</summary>
    public Func<DocumentedCall, FakeAnswer, FakeAnswer> Afterwards { get; set; } = (_, answer) => answer;

    /// <summary>What was asked, by the endpoints' names.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IReadOnlyList<DocumentedEndpoint> Endpoints => _endpoints;

    public string BaseUrl => _web.Urls.First();

    public abstract string ProjectPath { get; }

    public abstract GitType Type { get; }

    public GitRemote Remote => RemoteOf(ProjectPath);

    protected abstract string ProjectParameter { get; }

    public GitRemote RemoteOf(string path, string? token = Token) =>
        new($"{BaseUrl}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}.git", token is null ? null : new GitCredential("oauth2", token), Type);

    public Task StartAsync() => _web.StartAsync(TestContext.Current.CancellationToken);

    public Task StopAsync() => _web.StopAsync(TestContext.Current.CancellationToken);

    public IGitHost NewHost(GitCallLimits? limits = null)
    {
        limits ??= new GitCallLimits { RetryDelay = TimeSpan.FromMilliseconds(1), CircuitCalls = 1000 };
        var urls = new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = true });
        var calls = new GitCalls(TimeProvider.System, NullLogger<GitCalls>.Instance, limits);
        return NewHost(new GitApi(new HttpClient(OutboundHandler.Create(urls)), urls, calls, TimeProvider.System));
    }

    /// <summary>The violations so far, which a test has expected.</summary>
    public IReadOnlyList<string> TakeViolations()
    {
        var taken = _violations.ToList();
        _violations.Clear();
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        Assert.True(_violations.IsEmpty, "Not documented: " + string.Join("; ", _violations));
    }

    /// <summary>A failure in the form of this host.</summary>
    public static FakeAnswer Problem(int status, string message) => new(status, new JsonObject { ["message"] = message });

    protected abstract IGitHost NewHost(GitApi api);

    /// <summary>What the repository answers; called one at a time.</summary>
    protected abstract FakeAnswer Answer(DocumentedCall call);

    protected abstract FakeAnswer NoProject();

    protected abstract FakeAnswer NoToken();

    protected abstract FakeAnswer Page(DocumentedCall call, IReadOnlyList<JsonNode> all);

    private static List<DocumentedEndpoint> Load(string host)
    {
        var assembly = typeof(DocumentedServer).Assembly;
        var folder = $"Repos/{host}/Fixtures/";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && !name.EndsWith("authentication.json", StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return DocumentedEndpoint.Parse(Path.GetFileNameWithoutExtension(name), reader.ReadToEnd());
            })];
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (RealGit is { } git && http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split(".git/", 2) is [_, var rest])
        {
            await ForwardAsync(http, new Uri($"{git.Repository}/{rest}"));
            return;
        }

        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        var answer = Read(http, text, out var call) is { } problem ? Refuse(problem) : Judge(http, call!);
        if (answer.Delay > TimeSpan.Zero) await Task.Delay(answer.Delay, TimeProvider.System);
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) http.Response.Headers[name] = value;
        var body = answer.Bytes ?? (answer.Json is null ? [] : JsonSerializer.SerializeToUtf8Bytes(answer.Json));
        if (answer.Status == StatusCodes.Status204NoContent) return;
        if (answer.Bytes is null) http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(answer.BreaksOff ? body.AsMemory(0, body.Length / 2) : body);
        if (!answer.BreaksOff) return;
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private static async Task ForwardAsync(HttpContext http, Uri target)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), target);
        if (http.Request.Method == "POST") request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values])) request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
        }

        using var answer = await client.SendAsync(request);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.Headers.WwwAuthenticate.Count > 0) http.Response.Headers.WWWAuthenticate = answer.Headers.WwwAuthenticate.ToString();
        await answer.Content.CopyToAsync(http.Response.Body);
    }

    private FakeAnswer Judge(HttpContext http, DocumentedCall call)
    {
        _requests.Enqueue(call.Endpoint.Name);
        if (Instead(call) is { } instead) return instead;
        if (http.Request.Headers.Authorization != "Bearer " + Token) return NoToken();
        if (ProjectOf(call) != ProjectPath) return NoProject();
        lock (Project) return Afterwards(call, Answer(call));
    }

    private string ProjectOf(DocumentedCall call) => string.Join('/', ProjectParameter.Split('/').Select(part => call.Path[part]));

    private FakeAnswer Refuse(string violation)
    {
        _violations.Enqueue(violation);
        return Problem(StatusCodes.Status418ImATeapot, violation);
    }

    private string? Read(HttpContext http, string text, out DocumentedCall? call)
    {
        call = null;
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var line = $"{http.Request.Method} {target}";
        var (path, rawQuery) = target.Split('?', 2) is [var before, var after] ? (before, after) : (target, "");
        if (http.Request.Headers.Keys.FirstOrDefault(name => !AllowedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown) return $"{line}: header {unknown}";
        if (http.Request.Headers.Authorization is [{ } authorization] && !authorization.StartsWith("Bearer ", StringComparison.Ordinal)) return $"{line}: Authorization is no Bearer";
        if (Uri.UnescapeDataString(target).Contains(Token, StringComparison.Ordinal) || text.Contains(Token, StringComparison.Ordinal)) return "the token is outside of its header";
        foreach (var endpoint in _endpoints)
        {
            if (endpoint.Match(http.Request.Method, path) is not { } parts) continue;
            if (text.Length > 0 && http.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true) return $"{line}: the body is no JSON";
            var query = QueryHelpers.ParseQuery(rawQuery);
            if (query.FirstOrDefault(given => given.Value.Count != 1) is { Key: { } twice }) return $"{line}: {twice} twice";
            call = new DocumentedCall(endpoint, parts, query.ToDictionary(given => given.Key, given => given.Value.ToString()), text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
            var violations = string.Join(", ", endpoint.Violations(call.Path, call.Query, call.Body));
            return violations.Length == 0 ? null : $"{line}: {violations}";
        }

        return $"{line}: no such endpoint";
    }

    /// <summary>The part of a list that was asked for, and how many items and pages there are.</summary>
    protected static (IReadOnlyList<JsonNode> Items, int Page, int Pages) Cut(DocumentedCall call, IReadOnlyList<JsonNode> all)
    {
        int Number(string name, int otherwise) => call.Query.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var (page, size) = (Number("page", 1), Math.Min(Number("per_page", 20), 100));
        return ([.. all.Skip((page - 1) * size).Take(size)], page, (all.Count + size - 1) / size);
    }
}
