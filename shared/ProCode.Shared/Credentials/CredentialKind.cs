using System.Text.Json.Serialization;

namespace ProCode.Credentials;

/// <summary>What a credential consists of.</summary>
public enum CredentialKind
{
    /// <summary>One secret text: an access token of a git host.</summary>
    [JsonStringEnumMemberName("token")]
    Token,

    /// <summary>User name and password.</summary>
    [JsonStringEnumMemberName("basic")]
    Basic,

    /// <summary>User name and password for one image registry.</summary>
    [JsonStringEnumMemberName("registry")]
    Registry,

    /// <summary>The file that opens a Kubernetes cluster.</summary>
    [JsonStringEnumMemberName("kubeconfig")]
    Kubeconfig,
}
