using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Shows the request to the middleware after it, and writes the result once they have all returned.</summary>
internal static class HttpResponseWriter
{
    private static readonly ActionDescriptor NoAction = new();

    public static async Task InvokeAsync(FunctionContext context, FunctionExecutionDelegate next)
    {
        var local = LocalFunctionContext.Of(context);
        if (local.Trigger is not HttpContext http)
        {
            await next(context);
            return;
        }

        context.Items[HttpTrigger.ContextItem] = http;
        http.RequestServices = context.InstanceServices;
        await next(context);
        switch (local.Result)
        {
            case null:
                break;
            case IResult result:
                await result.ExecuteAsync(http);
                break;
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));
                break;
            default:
                var log = http.RequestServices.GetRequiredService<ILogger<HttpTrigger>>();
                HttpTriggerLog.ResultIgnored(log, context.FunctionDefinition.Name, local.Result.GetType());
                break;
        }
    }
}
