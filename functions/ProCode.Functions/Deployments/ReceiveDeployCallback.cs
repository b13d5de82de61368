using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.Functions.Deployments;

internal sealed record DeployCallbackRequest(string? DeployId, OpsStatus? Status, string? Message, DateTimeOffset? Timestamp);

internal sealed record DeployCallbackResponse(string DeployId, OpsStatus Status);

/// <summary>POST /api/v1/deploy/callback: an ops system reports how a deployment goes (seed 001, section 3.10), signed with the deployment's own
/// secret by Standard Webhooks. The report is written first; the event to the waiting orchestration is only a nudge.</summary>
public sealed class ReceiveDeployCallback(
    DeploymentStore deployments, DeploymentCalls calls, SecretProtector secrets, DeploymentLogs logs, TimeProvider time, ILogger<ReceiveDeployCallback> log)
{
    private const int MaxMessageLength = 4000;
    private static readonly TimeSpan SecretBack = TimeSpan.FromMinutes(1);

    [Function(nameof(ReceiveDeployCallback))]
    [OpenEndpoint("signed by the ops system with the deployment's secret")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/deploy/callback")] HttpRequest request,
        [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadBytesAsync(cancellation)).TryGet(out var raw, out var error)) return Answers.Failure(error);
        if (NamedDeployment(raw) is not { } id || await deployments.FindAsync(id, cancellation) is not { } found)
            return Answers.Failure(DeploymentErrors.DeploymentNotFound.With("There is no such deployment."));

        string secret;
        try
        {
            secret = await secrets.UnprotectAsync(found.Value.ProtectedSecret, Deployment.SecretPurpose(id), cancellation);
        }
        catch (SecretKeyMissingException e)
        {
            // It may come back; until then the polls tell how the deployment goes.
            HttpLog.CallbackSecretUnreadable(log, id.ToString(), e.Message);
            return Answers.Failure(GeneralErrors.Unavailable.With("The deployment's secret can't be read now. Send the callback again later.") with { RetryAfter = SecretBack });
        }

        if (!StandardWebhook.Verify([secret], WebhookHeaders.From(request.Headers), raw.Span, time).TryGet(out _, out error)) return Answers.Failure(error);

        if (!RequestReader.Read<DeployCallbackRequest>(raw).TryGet(out var body, out error)) return Answers.Failure(error);
        var check = new Check();
        var status = check.Required("status", body.Status);
        check.Optional("message", body.Message, MaxMessageLength);
        if (check.Failed(out error)) return Answers.Failure(error);

        // Another's clock is believed as long as it is not ahead of ours and does not contradict what was written last: events and replays go by it.
        var now = time.GetUtcNow();
        var at = body.Timestamp is { } told && told >= found.Value.UpdatedAt && told <= now ? told : now;
        var evidence = new Evidence(EvidenceSource.CALLBACK, status, body.Message ?? "", at);
        var settled = (await calls.TakeAsync(id, found, evidence, cancellation))!;
        await logs.ReportedAsync(id, found.Value, settled, EvidenceSource.CALLBACK, cancellation);
        if (settled.IsSettled) await DeploymentCalls.CallAsync(durable, id, cancellation);
        return Answers.Ok(new DeployCallbackResponse(settled.Id, settled.Status));
    }

    // The signature can be checked only with the secret of the deployment that the body names, so this much is read before.
    private static DeployId? NamedDeployment(ReadOnlyMemory<byte> raw)
    {
        try
        {
            using var json = JsonDocument.Parse(raw);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("deployId", out var named)
                && named.ValueKind == JsonValueKind.String ? DeployId.Parse(named.GetString()) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Not JSON, or a text in it that is not Unicode.
        }
    }
}
