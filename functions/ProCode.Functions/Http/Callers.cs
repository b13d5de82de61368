using Microsoft.AspNetCore.Http;
using ProCode.Identity;

namespace ProCode.Functions.Http;

/// <summary>Who sent a request.</summary>
internal static class Callers
{
    /// <summary>The caller, or null on an open endpoint.</summary>
    public static Principal? FindPrincipal(this HttpContext http) => http.Items.TryGetValue(typeof(Principal), out var principal) ? (Principal?)principal : null;

    /// <summary>The caller of an endpoint that requires a permission.</summary>
    public static Principal Principal(this HttpRequest request) =>
        request.HttpContext.FindPrincipal() ?? throw new InvalidOperationException("An open endpoint has no principal.");
}
