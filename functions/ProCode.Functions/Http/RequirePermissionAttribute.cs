using ProCode.Identity;

namespace ProCode.Functions.Http;

/// <summary>Lets only callers with this permission in.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequirePermissionAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}
