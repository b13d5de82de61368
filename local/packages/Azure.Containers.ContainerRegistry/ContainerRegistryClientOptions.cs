using Azure.Core;

namespace Azure.Containers.ContainerRegistry;

/// <summary>Options of the clients: what every Azure client has, and whom Entra tokens are asked for.</summary>
public class ContainerRegistryClientOptions : ClientOptions
{
    public ContainerRegistryClientOptions(ServiceVersion version = ServiceVersion.V2021_07_01) => Version = version switch
    {
        ServiceVersion.V2021_07_01 => "2021-07-01",
        _ => throw new ArgumentOutOfRangeException(nameof(version)),
    };

    /// <summary>Null stands for the registry service itself, in every cloud.</summary>
    public ContainerRegistryAudience? Audience { get; set; }

    internal string Version { get; }

    /// <summary>Versions of the service's protocol.</summary>
    public enum ServiceVersion
    {
        V2021_07_01 = 1,
    }
}
