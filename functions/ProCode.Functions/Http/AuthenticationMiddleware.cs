using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using ProCode.Identity;

namespace ProCode.Functions.Http;

/// <summary>Finds out who is calling, from <c>Authorization: Bearer …</c>. Nobody is refused here: open endpoints take any header.</summary>
internal sealed class AuthenticationMiddleware(ApiKeys keys) : HttpMiddleware
{
    private const string Scheme = "Bearer ";

    protected override async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && await keys.FindOwnerAsync(header[Scheme.Length..].Trim(), context.CancellationToken) is { } principal)
        {
            http.Items[typeof(Principal)] = principal;
        }

        await next(context);
    }
}
