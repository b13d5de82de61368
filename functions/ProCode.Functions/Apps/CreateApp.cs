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

internal sealed record CreateAppRequest(
    string? Name, DevMode? DevMode, TechStack? TechStack, string? GitRepoUrl, GitType? GitType, string? ScaffoldTemplate, string? CredentialId);

/// <summary>POST /api/v1/apps: registers an app (seed 001, section 3.1).</summary>
public sealed class CreateApp(RegisterApp register, SetupStarter starter, IOptions<ServiceOptions> service)
{
    [Function(nameof(CreateApp))]
    [RequirePermission(Permission.AppsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps")] HttpRequest request,
        [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<CreateAppRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        if (!Read(body).TryGet(out var order, out error)) return Answers.Failure(error);
        if (!(await register.RunAsync(order, cancellation)).TryGet(out var made, out error)) return Answers.Failure(error);

        // The app is written and its set-up owed; should this start fail, the sweep makes up for it.
        if (made.Setup?.Status == SetupStatus.RUNNING) await starter.StartAsync(durable, made.App.Id, cancellation);
        return Answers.Created(AppResponse.From(made, service.Value));
    }

    private static Result<AppOrder> Read(CreateAppRequest body)
    {
        var check = new Check();
        var name = check.Required("name", body.Name, App.MaxNameLength);
        check.That(name.Trim() == name && !name.Any(char.IsControl), "name", "must not begin or end with a space or hold control characters");
        var mode = check.Required("devMode", body.DevMode);
        check.Optional("scaffoldTemplate", body.ScaffoldTemplate, App.MaxScaffoldLength);

        RepoOrder? repo = null;
        if (body.DevMode is null)
        {
            // Which fields belong to the app can't be said.
        }
        else if (mode == DevMode.ProCode)
        {
            check.Required("techStack", body.TechStack);
            var url = check.Required("gitRepoUrl", body.GitRepoUrl, Repo.MaxUrlLength);
            repo = new RepoOrder(url, body.GitType, check.CredentialId(body.CredentialId));
        }
        else
        {
            check.That(body.TechStack is null, "techStack", "belongs to pro-code apps only")
                .That(body.GitRepoUrl is null, "gitRepoUrl", "belongs to pro-code apps only")
                .That(body.GitType is null, "gitType", "belongs to pro-code apps only")
                .That(body.ScaffoldTemplate is null, "scaffoldTemplate", "belongs to pro-code apps only")
                .That(body.CredentialId is null, "credentialId", "belongs to pro-code apps only");
        }

        return check.Failed(out var error) ? error : new AppOrder(name, mode, body.TechStack, repo, body.ScaffoldTemplate);
    }
}
