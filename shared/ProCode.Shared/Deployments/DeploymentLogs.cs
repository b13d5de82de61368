using Microsoft.Extensions.Logging;
using ProCode.Credentials;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Deployments;

/// <summary>The logs of DEPLOY attempts. What a target says may be an agent's own words, so the secrets that the agent was given are masked in it.</summary>
public sealed class DeploymentLogs(StageLogs logs, DeploymentSecrets environment, SecretProtector secrets, ILogger<DeploymentLogs> logger)
{
    /// <summary>Writes what came of asking or hearing the target, when it is news.</summary>
    public Task ReportedAsync(DeployId id, Deployment before, Deployment after, EvidenceSource source, CancellationToken cancellation) =>
        after.IsSettled || (after.Status == before.Status && after.Message == before.Message && after.Url == before.Url)
            ? Task.CompletedTask
            : WriteAsync(id, after, $"{after.Status}, by {Words(source)}{At(after)}:", "", cancellation);

    /// <summary>Writes that the target could not be asked.</summary>
    public async Task UnansweredAsync(DeployId id, Error error)
    {
        await using var log = Open(id);
        log.WriteLine($"The target could not be asked: {error.Code.Name} ({error.Code.Number}): {error.Message}");
    }

    /// <summary>Writes how the deployment settled and by whom.</summary>
    public Task SettledAsync(DeployId id, Deployment deployment, CancellationToken cancellation) => WriteAsync(
        id, deployment, $"The deployment settled as {deployment.Status}, by {Words(deployment.SettledBy?.Source)}{At(deployment)}:",
        deployment.Status == OpsStatus.SUCCESS ? "DEPLOY succeeded."
        : deployment.SettledBy?.Source == EvidenceSource.CANCEL ? "DEPLOY was canceled."
        : $"DEPLOY failed: {Failure(deployment)}.", cancellation);

    private async Task WriteAsync(DeployId id, Deployment deployment, string headline, string end, CancellationToken cancellation)
    {
        await using var log = Open(id);
        var masked = await HideSecretsAsync(log, id, deployment, cancellation);
        log.WriteLine(headline);
        log.WriteLine(masked ? deployment.Message : "(What the target says is left out: the secrets that it may hold can't be had to mask them.)");
        if (end.Length > 0) log.WriteLine(end);
    }

    private static string At(Deployment deployment) => deployment.Url is { } url ? $", at {url}" : "";

    private static string Failure(Deployment deployment)
    {
        var code = deployment.Status switch
        {
            OpsStatus.TIMEOUT => DeploymentErrors.TimedOut,
            OpsStatus.CANCELED => DeploymentErrors.Canceled,
            OpsStatus.FAILED or OpsStatus.PENDING or OpsStatus.RUNNING or OpsStatus.SUCCESS => DeploymentErrors.FromTarget(deployment.Message).Code,
        };
        return $"{code.Name} ({code.Number})";
    }

    private static string Words(EvidenceSource? source) => source switch
    {
        EvidenceSource.CREATE => "the answer to the order",
        EvidenceSource.CALLBACK => "a callback",
        EvidenceSource.POLL => "a poll",
        EvidenceSource.TIMEOUT => "the time that it has",
        EvidenceSource.CANCEL => "the person who canceled it",
        EvidenceSource.RUN or null => "the end of its run",
    };

    private StageLog Open(DeployId id) => logs.Open(StageLogId.Of(id), begun: true);

    private async Task<bool> HideSecretsAsync(StageLog log, DeployId id, Deployment deployment, CancellationToken cancellation)
    {
        try
        {
            log.Hide(await secrets.UnprotectAsync(deployment.ProtectedSecret, Deployment.SecretPurpose(id), cancellation));
            if ((await environment.ResolveAsync(deployment, cancellation)).TryGet(out var config, out _))
            {
                foreach (var name in deployment.SecretEnv.Keys) log.Hide(config.Env[name]);
                return true;
            }

            StageLogsLog.SecretsMissing(logger, null, id.ToString());
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            StageLogsLog.SecretsMissing(logger, e, id.ToString());
        }

        return false;
    }
}
