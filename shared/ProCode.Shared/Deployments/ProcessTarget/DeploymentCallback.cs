using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ProCode.Json;
using ProCode.Webhooks;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// Where a deployment's end is reported. Lives in memory only, as it holds a secret: after a restart nobody is called until the request
/// comes again, and the poll alone reports. Deliberately not a record: its text form shows nothing.
/// </summary>
internal sealed class DeploymentCallback(Uri url, string secret)
{
    private static readonly TimeSpan[] Attempts = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>Reports a settled deployment until the receiver answers 2xx, three times at most. The delivery's id is the same each time.</summary>
    public async Task SendAsync(HttpClient http, DeploymentRecord record, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        // This target runs beside the app that it reports to; an address elsewhere is a wrong setting, not a place to send things to.
        if (!url.IsLoopback)
        {
            ProcessTargetLog.CallbackRefused(logger, record.DeployId);
            return;
        }
        foreach (var wait in Attempts)
        {
            await Task.Delay(wait, time, cancellation);
            if (await TrySendAsync(http, record, time, logger, cancellation))
                return;
        }
    }

    private async Task<bool> TrySendAsync(HttpClient http, DeploymentRecord record, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { record.DeployId, record.Status, record.Message, Timestamp = record.SettledAt }, ProCodeJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        StandardWebhook.Sign(secret, $"{record.DeployId}-settled", time.GetUtcNow(), body).AddTo(request.Headers);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
                return true;
            ProcessTargetLog.CallbackFailed(logger, record.DeployId, (int)response.StatusCode, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            ProcessTargetLog.CallbackFailed(logger, record.DeployId, 0, failure);
        }
        return false;
    }
}
