using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Options of the worker.</summary>
public class WorkerOptions
{
    /// <summary>Writes and reads durable payloads. The default keeps property names as they are, and reads them in any case.</summary>
    public ObjectSerializer? Serializer { get; set; }
}
