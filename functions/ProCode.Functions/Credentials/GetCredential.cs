using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Credentials;

/// <summary>GET /api/v1/credentials/{id}: the credential without its secret; of the default project unless <c>projectId</c> says otherwise.</summary>
public sealed class GetCredential(CredentialStore credentials)
{
    [Function(nameof(GetCredential))]
    [RequirePermission(Permission.CredentialsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/credentials/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var projectId = query.Id("projectId") ?? ProjectIds.Default;
        if (query.Failed(out var error)) return Answers.Failure(error);
        return await credentials.FindAsync(projectId, id, cancellation) is { } found
            ? Answers.Entity(CredentialResponse.From(found))
            : Answers.Failure(CredentialErrors.Missing(id));
    }
}
