namespace ProCode.Credentials;

/// <summary>A decrypted credential. Deliberately not a record: its text form shows nothing.</summary>
public abstract class CredentialSecret
{
    private CredentialSecret()
    {
    }

    /// <summary>The only server that it is meant for, <c>host</c> or <c>host:port</c>; null when it was not bound to one, which a registry's always is.</summary>
    public string? Server { get; private init; }

    internal static CredentialSecret Of(Credential credential, string secret) => credential.Kind switch
    {
        CredentialKind.Token => new Token(secret) { Server = credential.Server },
        CredentialKind.Basic => new Basic(credential.Username!, secret) { Server = credential.Server },
        CredentialKind.Registry => new Registry(credential.Username!, secret) { Server = credential.Server },
        CredentialKind.Kubeconfig => new Kubeconfig(secret),
    };

    /// <summary>An access token.</summary>
    public sealed class Token(string value) : CredentialSecret
    {
        public string Value { get; } = value;
    }

    /// <summary>User name and password.</summary>
    public sealed class Basic(string username, string password) : CredentialSecret
    {
        public string Username { get; } = username;

        public string Password { get; } = password;
    }

    /// <summary>User name and password for one image registry.</summary>
    public sealed class Registry(string username, string password) : CredentialSecret
    {
        public string Username { get; } = username;

        public string Password { get; } = password;
    }

    /// <summary>The file that opens a Kubernetes cluster.</summary>
    public sealed class Kubeconfig(string content) : CredentialSecret
    {
        public string Content { get; } = content;
    }
}
