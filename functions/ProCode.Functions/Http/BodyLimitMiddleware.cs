using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace ProCode.Functions.Http;

/// <summary>Refuses a body that says it is too long before a byte of it is read; <see cref="RequestReader"/> stops those that don't say.</summary>
internal sealed class BodyLimitMiddleware : HttpMiddleware
{
    protected override Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (http.Request.ContentLength is not > RequestReader.MaxBodyLength) return next(context);
        Answer(context, Answers.Failure(RequestReader.TooLarge));
        return Task.CompletedTask;
    }
}
