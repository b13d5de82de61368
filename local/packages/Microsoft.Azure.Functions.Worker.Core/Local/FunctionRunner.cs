using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Runs one function: a scope, a context, then the middleware with the function at its end.</summary>
internal sealed class FunctionRunner(FunctionMethod function, FunctionBody body, FunctionExecutionDelegate pipeline, IServiceScopeFactory scopes)
{
    /// <summary>The result of the invocation; whatever the function or a middleware throws comes out as it is.</summary>
    // No ConfigureAwait here: an orchestrator's awaits must stay where the engine runs them.
    public async Task<object?> RunAsync(object trigger, IReadOnlyDictionary<string, object?> bindingData, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = new LocalFunctionContext(function, body, scope.ServiceProvider, trigger, bindingData, cancellation);
        await pipeline(context);
        return context.Result;
    }

    /// <summary>The end of every pipeline.</summary>
    public static Task ExecuteAsync(FunctionContext context)
    {
        var local = LocalFunctionContext.Of(context);
        return local.Body.InvokeAsync(local);
    }
}
