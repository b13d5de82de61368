namespace Azure.Containers.ContainerRegistry;

/// <summary>What kind of manifest a document is; any media type in text is one, too.</summary>
public readonly struct ManifestMediaType : IEquatable<ManifestMediaType>
{
    public static readonly ManifestMediaType OciImageManifest = new("application/vnd.oci.image.manifest.v1+json");

    public static readonly ManifestMediaType DockerManifest = new("application/vnd.docker.distribution.manifest.v2+json");

    private readonly string value;

    private ManifestMediaType(string value) => this.value = value;

    public static implicit operator ManifestMediaType(string mediaType) => new(mediaType);

    public static explicit operator string(ManifestMediaType mediaType) => mediaType.value;

    public static bool operator ==(ManifestMediaType left, ManifestMediaType right) => left.Equals(right);

    public static bool operator !=(ManifestMediaType left, ManifestMediaType right) => !left.Equals(right);

    public bool Equals(ManifestMediaType other) => value == other.value;

    public override bool Equals(object? obj) => obj is ManifestMediaType other && Equals(other);

    public override int GetHashCode() => value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => value;
}
