using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Results;

namespace ProCode.Functions.Credentials;

internal sealed record CreateCredentialRequest(
    string? Name, CredentialKind? Kind, long? ProjectId, string? Token, string? Username, string? Password, string? Server, string? Kubeconfig)
{
    // A record would print its secrets.
    public override string ToString() => nameof(CreateCredentialRequest);
}

/// <summary>Stores a credential; its secret parts are never shown again.</summary>
public sealed class CreateCredential(CredentialStore credentials, IRequestIds ids, TimeProvider time)
{
    private const int MaxNameLength = 100;

    [Function(nameof(CreateCredential))]
    [RequirePermission(Permission.CredentialsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/credentials")] HttpRequest request, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<CreateCredentialRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var parts = new CredentialParts(body.Token, body.Username, body.Password, body.Server, body.Kubeconfig);
        if (Validate(body, parts).Failed(out error)) return Answers.Failure(error);

        var credential = new Credential(
            await ids.NextAsync("credentials", cancellation), body.ProjectId ?? ProjectIds.Default, body.Name!, body.Kind!.Value, body.Username, body.Server,
            time.GetUtcNow());
        var created = await credentials.CreateAsync(credential, parts.Secret, cancellation);
        return created.TryGet(out var made, out error) ? Answers.Created(CredentialResponse.From(made)) : Answers.Failure(error);
    }

    private static Check Validate(CreateCredentialRequest body, CredentialParts parts)
    {
        var check = new Check();
        var name = check.Required("name", body.Name, MaxNameLength);
        check.That(!name.Any(char.IsControl), "name", "has a control character");
        check.That(body.ProjectId is null or > 0, "projectId", "must be positive");
        if (body.Kind is not { } kind) return check.That(false, "kind", "is required");
        parts.Validate(kind, whole: true, check);
        return check;
    }
}
