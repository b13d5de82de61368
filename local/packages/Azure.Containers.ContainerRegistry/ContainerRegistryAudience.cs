namespace Azure.Containers.ContainerRegistry;

/// <summary>Whom an Entra token is asked for, which differs between Azure's clouds. Case doesn't matter.</summary>
public readonly struct ContainerRegistryAudience : IEquatable<ContainerRegistryAudience>
{
    private readonly string value;

    public ContainerRegistryAudience(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
    }

    /// <summary>The resource manager of the public cloud.</summary>
    public static ContainerRegistryAudience AzureResourceManagerPublicCloud { get; } = new("https://management.azure.com");

    public static implicit operator ContainerRegistryAudience(string value) => new(value);

    public static bool operator ==(ContainerRegistryAudience left, ContainerRegistryAudience right) => left.Equals(right);

    public static bool operator !=(ContainerRegistryAudience left, ContainerRegistryAudience right) => !left.Equals(right);

    public bool Equals(ContainerRegistryAudience other) => string.Equals(value, other.value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is ContainerRegistryAudience other && Equals(other);

    public override int GetHashCode() => value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(value);

    public override string ToString() => value;
}
