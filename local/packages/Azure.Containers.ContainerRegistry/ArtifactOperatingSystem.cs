namespace Azure.Containers.ContainerRegistry;

/// <summary>The operating system an image is made for, in the registry's words. Case doesn't matter.</summary>
public readonly struct ArtifactOperatingSystem : IEquatable<ArtifactOperatingSystem>
{
    private readonly string value;

    public ArtifactOperatingSystem(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
    }

    public static ArtifactOperatingSystem Linux { get; } = new("linux");

    public static bool operator ==(ArtifactOperatingSystem left, ArtifactOperatingSystem right) => left.Equals(right);

    public static bool operator !=(ArtifactOperatingSystem left, ArtifactOperatingSystem right) => !left.Equals(right);

    public bool Equals(ArtifactOperatingSystem other) => string.Equals(value, other.value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is ArtifactOperatingSystem other && Equals(other);

    public override int GetHashCode() => value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(value);

    public override string ToString() => value;
}
