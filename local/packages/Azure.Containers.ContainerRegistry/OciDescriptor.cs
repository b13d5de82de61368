namespace Azure.Containers.ContainerRegistry;

/// <summary>Names a blob by its digest.</summary>
public class OciDescriptor
{
    public string MediaType { get; set; }

    public long? SizeInBytes { get; set; }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Digest { get; set; }

    public OciAnnotations? Annotations { get; set; }
}
