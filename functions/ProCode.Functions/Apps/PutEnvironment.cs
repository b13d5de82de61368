using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Results;

namespace ProCode.Functions.Apps;

/// <summary>PUT /api/v1/apps/{id}/environments/{env}: what the next deployment there is made with; honours If-Match.</summary>
public sealed class PutEnvironment(EnvironmentStore environments, IDeploymentTarget target)
{
    [Function(nameof(PutEnvironment))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/apps/{id:long}/environments/{env}")] HttpRequest request,
        long id, string env, CancellationToken cancellation)
    {
        if (!IfMatch.Of(request).TryGet(out var condition, out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<EnvironmentDocument>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        var check = new Check();
        check.That(EnvironmentName.IsValid(env), "environment", EnvironmentName.Rule);
        var config = body.ToConfig(check);
        config.Validate(target.Name, check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var replaced = await environments.ReplaceAsync(
            id, env, config, current => condition.Refuse(current is null ? null : Answers.Entity(EnvironmentDocument.From(current))), cancellation);
        return replaced.TryGet(out var stored, out error) ? Answers.Entity(EnvironmentDocument.From(stored)) : Answers.Failure(error);
    }
}
