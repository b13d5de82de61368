using System.Text;
using ProCode.Credentials;
using ProCode.Results;

namespace ProCode.Functions.Credentials;

/// <summary>The parts of a credential in a request: which belong to a kind, and how they may look.</summary>
internal sealed record CredentialParts(string? Token, string? Username, string? Password, string? Server, string? Kubeconfig)
{
    private const int MaxUsernameLength = 200;
    private const int MaxServerLength = 255;
    private const int MaxSecretLength = 16 * 1024;
    private const int MaxKubeconfigBytes = 200 * 1024;

    /// <summary>The one part that is secret.</summary>
    public string Secret => (Token ?? Password ?? Kubeconfig)!;

    // A record would print its secrets.
    public override string ToString() => nameof(CredentialParts);

    /// <summary>Blames each part that is missing, wrong or of another kind. <paramref name="whole"/>: the parts that are no secrets must be there too.</summary>
    public void Validate(CredentialKind kind, bool whole, Check check)
    {
        var hasUser = kind is CredentialKind.Basic or CredentialKind.Registry;
        Part("token", Token, kind is CredentialKind.Token, required: true, MaxSecretLength);
        Part("username", Username, hasUser, whole, MaxUsernameLength);
        Part("password", Password, hasUser, required: true, MaxSecretLength);
        Part("server", Server, kind is not CredentialKind.Kubeconfig, whole && kind is CredentialKind.Registry, MaxServerLength);
        Part("kubeconfig", Kubeconfig, kind is CredentialKind.Kubeconfig, required: true, int.MaxValue);
        check.That(Encoding.UTF8.GetByteCount(Kubeconfig ?? "") <= MaxKubeconfigBytes, "kubeconfig", $"is longer than {MaxKubeconfigBytes} bytes");

        // Basic authentication joins the two with a colon.
        check.That(Username?.Contains(':') is not true, "username", "must not contain a colon");
        check.That(Server is null || IsHost(Server), "server", "must be a host name, with a port if need be");

        void Part(string field, string? value, bool belongs, bool required, int maxLength)
        {
            if (!belongs) check.That(value is null, field, "does not belong to this kind");
            else if (required || value is not null) check.Required(field, value, maxLength);
        }
    }

    private static bool IsHost(string server) =>
        Uri.TryCreate($"https://{server}", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && !server.EndsWith('/');
}
