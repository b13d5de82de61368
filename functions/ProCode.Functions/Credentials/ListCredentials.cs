using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Credentials;

/// <summary>Lists a project's credentials, newest first, without their secrets.</summary>
public sealed class ListCredentials(CredentialStore credentials)
{
    [Function(nameof(ListCredentials))]
    [RequirePermission(Permission.CredentialsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/credentials")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var (projectId, kind, list) = (query.Id("projectId") ?? ProjectIds.Default, query.Choice<CredentialKind>("kind"), query.List());
        if (query.Failed(out var error)) return Answers.Failure(error);

        var page = await credentials.ListAsync(projectId, kind, list.Limit, list.Continuation, cancellation);
        return page.TryGet(out var found, out error) ? Answers.Page(found, CredentialResponse.From) : Answers.Failure(error);
    }
}
