namespace Azure.Containers.ContainerRegistry;

/// <summary>The processor an image is made for, in the registry's words. Case doesn't matter.</summary>
public readonly struct ArtifactArchitecture : IEquatable<ArtifactArchitecture>
{
    private readonly string value;

    public ArtifactArchitecture(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
    }

    public static ArtifactArchitecture Amd64 { get; } = new("amd64");

    public static bool operator ==(ArtifactArchitecture left, ArtifactArchitecture right) => left.Equals(right);

    public static bool operator !=(ArtifactArchitecture left, ArtifactArchitecture right) => !left.Equals(right);

    public bool Equals(ArtifactArchitecture other) => string.Equals(value, other.value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is ArtifactArchitecture other && Equals(other);

    public override int GetHashCode() => value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(value);

    public override string ToString() => value;
}
