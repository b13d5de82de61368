using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Results;

namespace ProCode.Functions.Credentials;

internal sealed record RotateCredentialRequest(string? Token, string? Username, string? Password, string? Kubeconfig)
{
    // A record would print its secrets.
    public override string ToString() => nameof(RotateCredentialRequest);
}

/// <summary>POST /api/v1/credentials/{id}/rotate: exchanges the secret (and the user name, if one is given); id, name and kind stay.</summary>
public sealed class RotateCredential(CredentialStore credentials, TimeProvider time)
{
    [Function(nameof(RotateCredential))]
    [RequirePermission(Permission.CredentialsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/credentials/{id:long}/rotate")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var projectId = query.Id("projectId") ?? ProjectIds.Default;
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<RotateCredentialRequest>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        if (await credentials.FindAsync(projectId, id, cancellation) is not { } found) return Answers.Failure(CredentialErrors.Missing(id));

        var parts = new CredentialParts(body.Token, body.Username, body.Password, Server: null, body.Kubeconfig);
        var check = new Check();
        parts.Validate(found.Kind, whole: false, check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var rotated = await credentials.RotateAsync(projectId, id, parts.Secret, parts.Username, time.GetUtcNow(), cancellation);
        return rotated.TryGet(out var credential, out error) ? Answers.Ok(CredentialResponse.From(credential)) : Answers.Failure(error);
    }
}
