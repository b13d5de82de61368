using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using ProCode.Deployments;
using ProCode.Json;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.PipelineBench;

/// <summary>
/// A target that takes every order at once. Without a time to deploy, the agent is up at once; with one, that is reported by a signed callback when the
/// time has passed; with an infinite one it never is.
/// </summary>
internal sealed class InstantTarget(TimeSpan deployTime, TimeProvider time, RoundTrips trips) : IDeploymentTarget, IDisposable
{
    private static readonly DeploymentState _up = new(OpsStatus.SUCCESS, "healthy", "http://agent.invalid");
    private static readonly DeploymentState _starting = new(OpsStatus.RUNNING, "starting", null);

    private readonly ConcurrentDictionary<string, bool> _isUp = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new();

    public string Name => "instant";

    public Task<Result<DeploymentState>> CreateAsync(DeploymentRequest request, CancellationToken cancellation)
    {
        trips.AddOrder();
        if (deployTime > TimeSpan.Zero && _isUp.TryAdd(request.DeployId, false)) _ = CallBackAsync(request);
        return Task.FromResult<Result<DeploymentState>>(deployTime == TimeSpan.Zero ? _up : _starting);
    }

    public Task<Result<DeploymentState>> GetStatusAsync(string deployId, CancellationToken cancellation) => Task.FromResult<Result<DeploymentState>>(
        deployTime == TimeSpan.Zero || (_isUp.TryGetValue(deployId, out var isUp) && isUp) ? _up : _starting);

    public Task<Result<DeploymentState>> CancelAsync(string deployId, CancellationToken cancellation) =>
        Task.FromResult<Result<DeploymentState>>(new DeploymentState(OpsStatus.CANCELED, "canceled", null));

    public void Dispose() => _http.Dispose();

    // A callback that is lost costs nothing but time: the poll finds the agent up.
    private async Task CallBackAsync(DeploymentRequest request)
    {
        await Task.Delay(deployTime, time);
        _isUp[request.DeployId] = true;
        var report = new { request.DeployId, _up.Status, _up.Message, Timestamp = time.GetUtcNow() };
        var body = JsonSerializer.SerializeToUtf8Bytes(report, ProCodeJson.Options);
        using var callback = new HttpRequestMessage(HttpMethod.Post, request.CallbackUrl) { Content = new ByteArrayContent(body) };
        callback.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        StandardWebhook.Sign(request.CallbackSecret, $"{request.DeployId}-settled", time.GetUtcNow(), body).AddTo(callback.Headers);
        using var answer = await _http.SendAsync(callback);
    }
}
