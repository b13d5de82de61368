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
    private const int MaxUsernameLength = 200;
    private const int MaxServerLength = 255;
    private const int MaxSecretLength = 16 * 1024;
    private const int MaxKubeconfigLength = 200 * 1024;

    [Function(nameof(CreateCredential))]
    [RequirePermission(Permission.CredentialsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/credentials")] HttpRequest request, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<CreateCredentialRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        if (Validate(body).Failed(out error)) return Answers.Failure(error);

        var credential = new Credential(
            await ids.NextAsync("credentials", cancellation), body.ProjectId ?? ProjectIds.Default, body.Name!, body.Kind!.Value, body.Username, body.Server,
            time.GetUtcNow());
        var created = await credentials.CreateAsync(credential, (body.Token ?? body.Password ?? body.Kubeconfig)!, cancellation);
        return created.TryGet(out var made, out error) ? Answers.Created(CredentialResponse.From(made)) : Answers.Failure(error);
    }

    private static Check Validate(CreateCredentialRequest body)
    {
        var check = new Check();
        var name = check.Required("name", body.Name, MaxNameLength);
        check.That(!name.Any(char.IsControl), "name", "has a control character");
        check.That(body.ProjectId is null or > 0, "projectId", "must be positive");
        if (body.Kind is not { } kind) return check.That(false, "kind", "is required");

        Part("token", body.Token, kind is CredentialKind.Token, MaxSecretLength);
        Part("username", body.Username, kind is CredentialKind.Basic or CredentialKind.Registry, MaxUsernameLength);
        Part("password", body.Password, kind is CredentialKind.Basic or CredentialKind.Registry, MaxSecretLength);
        Part("server", body.Server, kind is CredentialKind.Registry, MaxServerLength);
        Part("kubeconfig", body.Kubeconfig, kind is CredentialKind.Kubeconfig, MaxKubeconfigLength);

        // Basic authentication joins the two with a colon.
        check.That(body.Username?.Contains(':') is not true, "username", "must not contain a colon");
        check.That(body.Server is null || IsHost(body.Server), "server", "must be a host name, with a port if need be");
        return check;

        void Part(string field, string? value, bool belongs, int maxLength)
        {
            if (belongs) check.Required(field, value, maxLength);
            else check.That(value is null, field, "does not belong to this kind");
        }
    }

    private static bool IsHost(string server) =>
        Uri.TryCreate($"https://{server}", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && !server.EndsWith('/');
}
