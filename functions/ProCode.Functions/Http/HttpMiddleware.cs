using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace ProCode.Functions.Http;

/// <summary>
/// A step in front of every HTTP function. Other triggers pass untouched and without a task of ours in between: an orchestrator's
/// replay must not go async outside its own context.
/// </summary>
internal abstract class HttpMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.GetHttpContext() is { } http ? InvokeAsync(http, context, next) : next(context);

    protected abstract Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next);

    /// <summary>Answers in the function's place.</summary>
    protected static void Answer(FunctionContext context, IResult answer) => context.GetInvocationResult().Value = answer;
}
