using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Functions.Repos;
using ProCode.Identity;
using ProCode.Orchestrations.Apps;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Functions.Apps;

internal sealed record PutProCodeConfigRequest(string? GitRepoUrl, GitType? GitType, string? ScaffoldTemplate, string? CredentialId);

/// <summary>PUT /api/v1/apps/{id}/procode-config: another repository or credential for a pro-code app (seed 001, section 3.2).</summary>
public sealed class PutProCodeConfig(ConfigureProCode configure, SetupStarter starter, IOptions<ServiceOptions> service)
{
    [Function(nameof(PutProCodeConfig))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/apps/{id:long}/procode-config")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<PutProCodeConfigRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var order = new RepoOrder(
            check.Required("gitRepoUrl", body.GitRepoUrl, Repo.MaxUrlLength), body.GitType, check.CredentialId(body.CredentialId, required: true));
        var scaffold = check.Optional("scaffoldTemplate", body.ScaffoldTemplate, App.MaxScaffoldLength);
        if (check.Failed(out error)) return Answers.Failure(error);

        if (!(await configure.RunAsync(id, order, scaffold, cancellation)).TryGet(out var config, out error)) return Answers.Failure(error);
        if (config.Setup?.Status == SetupStatus.RUNNING) await starter.StartAsync(durable, id, cancellation);
        return Answers.Ok(ProCodeConfigResponse.From(config, service.Value));
    }
}
