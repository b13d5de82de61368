namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Why one function can't be loaded.</summary>
internal sealed class FunctionLoadException(string reason) : Exception(reason);
