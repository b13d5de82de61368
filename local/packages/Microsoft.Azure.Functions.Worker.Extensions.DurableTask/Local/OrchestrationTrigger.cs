using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Runs orchestrators: at every replay, through the worker's middleware.</summary>
internal sealed class OrchestrationTrigger(DurableRuntime runtime) : IFunctionTrigger
{
    public string Parameters => "[OrchestrationTrigger] TaskOrchestrationContext, one input of any type";

    public bool Handles(TriggerBindingAttribute trigger) => trigger is OrchestrationTriggerAttribute;

    public ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter)
    {
        if (parameter == function.TriggerParameter)
        {
            if (parameter.ParameterType != typeof(TaskOrchestrationContext))
                throw new FunctionLoadException($"[OrchestrationTrigger] parameter '{parameter.Name}' must be a TaskOrchestrationContext.");
            return context => new ValueTask<object?>(((Call)context.Trigger).TouchContext());
        }
        if (parameter != InputOf(function)) return null;
        var missing = parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null;
        return context => new ValueTask<object?>(((Call)context.Trigger).Input ?? missing);
    }

    public void Add(FunctionMethod function, FunctionRunner runner)
    {
        runtime.IsUsed = true;
        runtime.Registry.AddOrchestrator(function.Name, new Orchestrator(function, runner));
    }

    private static ParameterInfo? InputOf(FunctionMethod function) => Array.Find(function.Method.GetParameters(), parameter =>
        parameter != function.TriggerParameter
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && !parameter.IsDefined(typeof(BindingAttribute)));

    private sealed class Orchestrator(FunctionMethod function, FunctionRunner runner) : ITaskOrchestrator
    {
        public Type InputType { get; } = InputOf(function)?.ParameterType ?? typeof(object);

        public Type OutputType { get; } = ReturnValue.TypeOf(function.Method.ReturnType) is var type && type == typeof(void) ? typeof(object) : type;

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
        {
            var call = new Call(context, input);
            var data = new Dictionary<string, object?> { ["instanceId"] = context.InstanceId };
            var run = runner.RunAsync(call, data, CancellationToken.None);
            return run.IsCompleted || call.IsTouched
                ? run
                : throw new InvalidOperationException(
                    $"A middleware awaited something before orchestrator '{function.Name}' began: for orchestrators it must go on at once.");
        }
    }

    private sealed class Call(TaskOrchestrationContext context, object? input)
    {
        public object? Input => input;

        public bool IsTouched { get; private set; }

        public TaskOrchestrationContext TouchContext()
        {
            IsTouched = true;
            return context;
        }
    }
}
