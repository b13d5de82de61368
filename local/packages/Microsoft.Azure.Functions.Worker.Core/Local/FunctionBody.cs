using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Calls a function's method: everything reflection finds out is found out once, here.</summary>
internal sealed class FunctionBody(FunctionMethod function, ParameterValue[] parameters)
{
    private readonly MethodInvoker _invoker = MethodInvoker.Create(function.Method);
    private readonly Func<object?, ValueTask<object?>> _result = ReturnValue.Of(function.Method.ReturnType);
    private readonly ObjectFactory? _instance =
        function.Method.IsStatic ? null : ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, []);

    public async Task InvokeAsync(LocalFunctionContext context)
    {
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = await parameters[i](context);

        var instance = _instance?.Invoke(context.InstanceServices, []);
        context.Result = await _result(_invoker.Invoke(instance, arguments.AsSpan()));
    }
}
