using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using ProCode.Identity;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>What an endpoint's attributes say. Exactly one of <paramref name="Permission"/> and <paramref name="OpenReason"/> is set.</summary>
internal sealed record EndpointAccess(Permission? Permission, string? OpenReason, bool Idempotent)
{
    /// <summary>Why the caller, nobody when there is no valid key, may not use the endpoint; null when it may.</summary>
    public Error? RefusalOf(Principal? caller) =>
        Permission is not { } permission || caller?.May(permission) == true ? null
        : caller is null ? GeneralErrors.Unauthenticated.With("A valid key is needed: Authorization: Bearer <key>.")
        : GeneralErrors.Forbidden.With("A permission is missing.", "permission", EnumNames.NameOf(permission));
}

/// <summary>Who may call which function, by the attributes on its method.</summary>
internal static class EndpointPermissions
{
    private static readonly ConcurrentDictionary<string, EndpointAccess?> ByEntryPoint = new(StringComparer.Ordinal);

    /// <summary>The access of a function class, or null when its method doesn't say exactly one thing.</summary>
    public static EndpointAccess? Of(Type function)
    {
        var methods = function.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null).ToArray();
        return methods.Length == 1 ? Of(methods[0]) : null;
    }

    /// <summary>The access of the function that the host is about to call. HTTP functions live in this assembly only.</summary>
    public static EndpointAccess? Of(FunctionDefinition function) => ByEntryPoint.GetOrAdd(function.EntryPoint, static entryPoint =>
    {
        var dot = entryPoint.LastIndexOf('.');
        var type = dot < 0 ? null : typeof(EndpointPermissions).Assembly.GetType(entryPoint[..dot]);
        return type?.GetMethod(entryPoint[(dot + 1)..]) is { } method ? Of(method) : null;
    });

    private static EndpointAccess? Of(MethodInfo method)
    {
        var required = method.GetCustomAttribute<RequirePermissionAttribute>();
        var open = method.GetCustomAttribute<OpenEndpointAttribute>();
        return (required is null) == (open is null)
            ? null
            : new EndpointAccess(required?.Permission, open?.Reason, method.GetCustomAttribute<IdempotentAttribute>() is not null);
    }
}
