namespace ProCode.Identity;

/// <summary>Who is calling and what they may do. <paramref name="Id"/> is stable and safe in logs and keys.</summary>
public sealed record Principal(string Id, string Name, IReadOnlySet<Permission> Permissions)
{
    /// <summary>Whether the caller may.</summary>
    public bool May(Permission permission) => Permissions.Contains(permission);
}
