using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;

namespace ProCode.Dev.Api;

/// <summary>Calls ProCode's HTTP API with one API key. Safe for concurrent use.</summary>
public sealed class ProCodeClient : IDisposable
{
    private const int WaitSeconds = 20;

    private readonly HttpClient _http;

    /// <summary><paramref name="baseUrl"/> is the host's address without path; without a key the calls go anonymously.</summary>
    public ProCodeClient(Uri baseUrl, string? apiKey)
    {
        _http = new HttpClient { BaseAddress = baseUrl, Timeout = TimeSpan.FromSeconds(60) };
        if (apiKey is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }
    }

    /// <summary>Sends a request below <c>/api/v1</c> (or anywhere, when <paramref name="path"/> starts with a slash) and returns the
    /// answer, whatever it is. <paramref name="body"/> is sent as JSON unless it is an <see cref="HttpContent"/>.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? shape = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.StartsWith('/') ? path : $"/api/v1/{path}", UriKind.Relative))
        {
            Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body)),
        };
        shape?.Invoke(request);
        using var response = await _http.SendAsync(request, cancellation);
        return await ApiAnswer.FromAsync(response, cancellation);
    }

    /// <summary>GET, as a type; a failure is <see cref="ApiException"/>.</summary>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation = default) =>
        (await SendAsync(HttpMethod.Get, path, cancellation: cancellation)).Read<T>();

    /// <summary>POST, as a type; a failure is <see cref="ApiException"/>.</summary>
    public async Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellation = default) =>
        (await SendAsync(HttpMethod.Post, path, body, cancellation: cancellation)).Read<T>();

    public Task<CredentialInfo> CreateBasicCredentialAsync(string name, string username, string password, CancellationToken cancellation = default) =>
        PostAsync<CredentialInfo>("credentials", new { name, kind = "basic", username, password }, cancellation);

    public Task<AppInfo> CreateAppAsync(string name, string gitRepoUrl, string? credentialId, string techStack = "python", CancellationToken cancellation = default) =>
        PostAsync<AppInfo>("apps", new { name, devMode = "pro-code", techStack, gitRepoUrl, gitType = "git", credentialId }, cancellation);

    public Task<IterationInfo> CreateIterationAsync(long appId, string name, string sourceBranch = "main", CancellationToken cancellation = default) =>
        PostAsync<IterationInfo>("iterations", new { appId, name, sourceBranch }, cancellation);

    public Task<ReleaseInfo> ReleaseAsync(long iterationId, string tag, CancellationToken cancellation = default) =>
        PostAsync<ReleaseInfo>($"iterations/{iterationId}/release", new { tag }, cancellation);

    public Task<PipelineInfo> GetPipelineAsync(long pipelineId, CancellationToken cancellation = default) =>
        GetAsync<PipelineInfo>($"pipelines/{pipelineId}", cancellation);

    /// <summary>The pipeline now and after each change, held by the server in between, up to and including its end.</summary>
    public async IAsyncEnumerable<PipelineInfo> WatchPipelineAsync(long pipelineId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? seen = null;
        while (true)
        {
            var answer = await SendAsync(
                HttpMethod.Get,
                seen is null ? $"pipelines/{pipelineId}" : $"pipelines/{pipelineId}?wait={WaitSeconds}",
                shape: request => request.Headers.TryAddWithoutValidation("If-None-Match", seen),
                cancellation: cancellation);
            if (answer.Status == HttpStatusCode.NotModified)
            {
                continue;
            }

            var pipeline = answer.Read<PipelineInfo>();
            seen = answer.ETag;
            yield return pipeline;
            if (pipeline.IsSettled)
            {
                yield break;
            }
        }
    }

    /// <summary>The pipeline once it is SUCCESS, FAILED or CANCELED.</summary>
    public async Task<PipelineInfo> WaitForEndAsync(long pipelineId, CancellationToken cancellation = default)
    {
        PipelineInfo? last = null;
        await foreach (var pipeline in WatchPipelineAsync(pipelineId, cancellation))
        {
            last = pipeline;
        }

        return last!;
    }

    public void Dispose() => _http.Dispose();
}
