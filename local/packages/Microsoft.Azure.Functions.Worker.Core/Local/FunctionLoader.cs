using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Hands every function of the catalog to its trigger, and says of each that can't be loaded why.</summary>
internal sealed class FunctionLoader(
    FunctionCatalog catalog, IEnumerable<IFunctionTrigger> triggers, IEnumerable<IParameterBinder> binders, IServiceScopeFactory scopes,
    IConfiguration configuration)
{
    private readonly List<FunctionMethod> _loaded = [];
    private readonly IFunctionTrigger[] _triggers = [.. triggers];
    private readonly IParameterBinder[] _binders = [.. binders];

    /// <summary>The functions that were loaded, those that are switched off included.</summary>
    public IReadOnlyList<FunctionMethod> Loaded => _loaded;

    /// <summary>Whether the app's settings switch the function off: <c>AzureWebJobs.NAME.Disabled</c>, where the dots may be colons.</summary>
    public bool IsDisabled(FunctionMethod function) =>
        (configuration[$"AzureWebJobs.{function.Name}.Disabled"] ?? configuration[$"AzureWebJobs:{function.Name}:Disabled"]) is { } value
        && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    public IReadOnlyList<string> Load(FunctionExecutionDelegate pipeline)
    {
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in catalog.FunctionMethods)
        {
            try
            {
                var function = FunctionMethod.Load(method);
                if (!names.Add(function.Name)) throw new FunctionLoadException("another function has this name.");
                Add(function, pipeline);
            }
            catch (FunctionLoadException e)
            {
                var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
                problems.Add($"{name} ({method.DeclaringType!.FullName}.{method.Name}): {e.Message}");
            }
        }
        return problems;
    }

    private void Add(FunctionMethod function, FunctionExecutionDelegate pipeline)
    {
        var trigger = Array.Find(_triggers, trigger => trigger.Handles(function.Trigger))
            ?? throw new FunctionLoadException(
                $"nothing in this app runs functions with [{function.Trigger.GetType().Name}]; HTTP ones need builder.ConfigureFunctionsWebApplication().");
        var parameters = function.Method.GetParameters().Select(parameter => Bind(function, trigger, parameter)).ToArray();
        _loaded.Add(function);
        // Nothing starts it then; that it could run has been checked all the same.
        if (IsDisabled(function)) return;
        trigger.Add(function, new FunctionRunner(function, new FunctionBody(function, parameters), pipeline, scopes));
    }

    private ParameterValue Bind(FunctionMethod function, IFunctionTrigger trigger, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(CancellationToken)) return context => new ValueTask<object?>(context.CancellationToken);
        if (parameter.ParameterType == typeof(FunctionContext)) return context => new ValueTask<object?>(context);
        return trigger.Bind(function, parameter)
            ?? _binders.Select(binder => binder.Bind(function, parameter)).FirstOrDefault(value => value is not null)
            ?? throw new FunctionLoadException(
                $"parameter '{parameter.Name}' of type {parameter.ParameterType} can't be bound; such a function can have {trigger.Parameters}, "
                + "CancellationToken, FunctionContext and [DurableClient] DurableTaskClient.");
    }
}
