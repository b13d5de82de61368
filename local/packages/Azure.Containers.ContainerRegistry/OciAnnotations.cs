namespace Azure.Containers.ContainerRegistry;

/// <summary>What the OCI specification foresees to be said of an image, and anything else by its own key.</summary>
public class OciAnnotations
{
    public DateTimeOffset? CreatedOn { get; set; }

    public string? Authors { get; set; }

    public Uri? Url { get; set; }

    public Uri? Documentation { get; set; }

    public Uri? Source { get; set; }

    public string? Version { get; set; }

    public string? Revision { get; set; }

    public string? Vendor { get; set; }

    public string? Licenses { get; set; }

    public string? Name { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    /// <summary>Everything else; values are texts, as the OCI specification wants them.</summary>
    public IDictionary<string, object> AdditionalProperties { get; } = new Dictionary<string, object>();
}
