using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Local;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to ASP.NET from an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request's context; null when it isn't an HTTP function, and before the ASP.NET middleware has run.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        if (context is LocalFunctionContext local) return local.Item(HttpTrigger.ContextItem) as HttpContext;
        return context.Items.TryGetValue(HttpTrigger.ContextItem, out var item) ? item as HttpContext : null;
    }
}
