namespace Microsoft.Azure.Functions.Worker;

/// <summary>The value an invocation returns, which middleware may replace.</summary>
public abstract class InvocationResult<T>
{
    public abstract T? Value { get; set; }
}

/// <inheritdoc />
public abstract class InvocationResult : InvocationResult<object>
{
}
