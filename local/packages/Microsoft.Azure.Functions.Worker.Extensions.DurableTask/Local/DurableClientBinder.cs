using System.Reflection;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Fills <c>[DurableClient]</c> parameters.</summary>
internal sealed class DurableClientBinder(DurableRuntime runtime) : IParameterBinder
{
    public ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter)
    {
        if (!parameter.IsDefined(typeof(DurableClientAttribute))) return null;
        if (parameter.ParameterType != typeof(DurableTaskClient))
            throw new FunctionLoadException($"[DurableClient] parameter '{parameter.Name}' must be a DurableTaskClient.");
        runtime.IsUsed = true;
        return _ => new ValueTask<object?>(runtime.Client);
    }
}
