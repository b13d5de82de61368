using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Which answers of the registry are results and not errors.</summary>
internal static class Accept
{
    public static readonly StatusCodeClassifier Ok = new([200]);
    public static readonly StatusCodeClassifier Created = new([201]);
    public static readonly StatusCodeClassifier Accepted = new([202]);
    public static readonly StatusCodeClassifier AcceptedOrMissing = new([202, 404]);
    public static readonly StatusCodeClassifier Part = new([206]);
}
