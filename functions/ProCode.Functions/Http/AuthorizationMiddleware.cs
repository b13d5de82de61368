using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>Lets a request through to its function when the function's attributes say so, and refuses functions that say nothing.</summary>
internal sealed class AuthorizationMiddleware(ILogger<AuthorizationMiddleware> logger) : HttpMiddleware
{
    protected override Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (Refuse(http, context) is not { } refusal) return next(context);
        Answer(context, Answers.Failure(refusal));
        return Task.CompletedTask;
    }

    private Error? Refuse(HttpContext http, FunctionContext context)
    {
        if (EndpointPermissions.Of(context.FunctionDefinition) is not { } access)
        {
            HttpLog.AccessNotDeclared(logger, context.FunctionDefinition.Name);
            return GeneralErrors.Internal.With("This endpoint does not say who may use it.");
        }

        if (access.Permission is not { } permission) return null;
        if (http.FindPrincipal() is not { } principal)
            return GeneralErrors.Unauthenticated.With("A valid key is needed: Authorization: Bearer <key>.");
        return principal.May(permission)
            ? null
            : GeneralErrors.Forbidden.With("A permission is missing.", "permission", EnumNames.NameOf(permission));
    }
}
