using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>Runs activities through the worker's middleware.</summary>
internal sealed class ActivityTrigger(DurableRuntime runtime) : IFunctionTrigger
{
    public string Parameters => "[ActivityTrigger] input of any type, string instanceId";

    public bool Handles(TriggerBindingAttribute trigger) => trigger is ActivityTriggerAttribute;

    public ParameterValue? Bind(FunctionMethod function, ParameterInfo parameter)
    {
        if (parameter == function.TriggerParameter)
        {
            if (parameter.ParameterType == typeof(TaskActivityContext)) return context => new ValueTask<object?>(((Call)context.Trigger).Context);
            var missing = parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null;
            return context => new ValueTask<object?>(((Call)context.Trigger).Input ?? missing);
        }
        return parameter.ParameterType == typeof(string) && parameter.Name!.Equals("instanceId", StringComparison.OrdinalIgnoreCase)
            ? context => new ValueTask<object?>(((Call)context.Trigger).Context.InstanceId)
            : null;
    }

    public void Add(FunctionMethod function, FunctionRunner runner)
    {
        runtime.IsUsed = true;
        runtime.Registry.AddActivity(function.Name, new Activity(function, runner, runtime));
    }

    private sealed class Activity(FunctionMethod function, FunctionRunner runner, DurableRuntime runtime) : ITaskActivity
    {
        public Type InputType { get; } =
            function.TriggerParameter.ParameterType is var type && type == typeof(TaskActivityContext) ? typeof(object) : type;

        public Type OutputType { get; } = ReturnValue.TypeOf(function.Method.ReturnType) is var type && type == typeof(void) ? typeof(object) : type;

        public async Task<object?> RunAsync(TaskActivityContext context, object? input)
        {
            var data = new Dictionary<string, object?> { ["instanceId"] = context.InstanceId };
            try
            {
                return await runner.RunAsync(new Call(context, input), data, runtime.Stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException && runtime.Stopping.IsCancellationRequested)
            {
                // A failure on the way out says nothing about the activity: it runs again after the next start.
                throw new OperationCanceledException("The host is stopping.", e);
            }
        }
    }

    private sealed record Call(TaskActivityContext Context, object? Input);
}
