using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Credentials;

/// <summary>DELETE /api/v1/credentials/{id}: deletes a credential that no repository and no environment refers to.</summary>
public sealed class DeleteCredential(CredentialDeletion deletion)
{
    [Function(nameof(DeleteCredential))]
    [RequirePermission(Permission.CredentialsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/credentials/{id:long}")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var projectId = query.Id("projectId") ?? ProjectIds.Default;
        if (query.Failed(out var error)) return Answers.Failure(error);
        return (await deletion.RunAsync(projectId, id, cancellation)).TryGet(out var deleted, out error)
            ? Answers.Ok(CredentialResponse.From(deleted))
            : Answers.Failure(error);
    }
}
