using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Apps;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Functions.Repos;

internal sealed record ConnectRepoRequest(long? AppId, string? ExternalGitUrl, GitType? GitType, string? CredentialId);

/// <summary>POST /api/v1/repos: connects a repository to a pro-code app that has none.</summary>
public sealed class ConnectAppRepo(ConnectRepo connect, SetupStarter starter, IOptions<ServiceOptions> service)
{
    [Function(nameof(ConnectAppRepo))]
    [RequirePermission(Permission.AppsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/repos")] HttpRequest request,
        [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<ConnectRepoRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var appId = check.Required("appId", body.AppId);
        var order = new RepoOrder(
            check.Required("externalGitUrl", body.ExternalGitUrl, Repo.MaxUrlLength), body.GitType, check.CredentialId(body.CredentialId));
        if (check.Failed(out error)) return Answers.Failure(error);

        if (!(await connect.RunAsync(appId, order, cancellation)).TryGet(out var repo, out error)) return Answers.Failure(error);
        await starter.StartAsync(durable, appId, cancellation);
        return Answers.Created(RepoResponse.From(repo, service.Value));
    }
}
