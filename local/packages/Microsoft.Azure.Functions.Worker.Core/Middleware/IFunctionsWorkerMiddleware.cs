namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>
/// Surrounds every invocation of every function. One instance serves all of them at once; for an orchestrator it runs at every replay, and
/// must not wait for anything before calling <c>next</c>.
/// </summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
