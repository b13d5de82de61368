using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
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
        if (EndpointPermissions.Of(context.FunctionDefinition) is { } access) return access.RefusalOf(http.FindPrincipal());
        HttpLog.AccessNotDeclared(logger, context.FunctionDefinition.Name);
        return GeneralErrors.Internal.With("This endpoint does not say who may use it.");
    }
}
