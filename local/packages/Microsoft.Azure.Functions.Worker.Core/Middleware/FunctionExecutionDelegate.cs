namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>One step of the worker's pipeline, with all that come after it.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
