using Microsoft.Azure.Functions.Worker.Local;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to what an invocation binds.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The result of this invocation. Setting it without calling the next middleware answers in the function's place.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => LocalFunctionContext.Of(context).InvocationResult;

    /// <summary>The result as a <typeparamref name="T"/>; throws <see cref="InvalidOperationException"/> when it is something else.</summary>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
        new LocalInvocationResult<T>(LocalFunctionContext.Of(context));
}
