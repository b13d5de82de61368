using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The orchestrators of the product, as the host finds them: by their attributes.</summary>
internal static class ProductOrchestrators
{
    private static readonly IReadOnlyDictionary<string, MethodInfo> Methods = typeof(PhasePipelineOrchestrator).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(OrchestrationTriggerAttribute))))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    public static IEnumerable<string> Names => Methods.Keys;

    /// <summary>Replays the product's orchestrator of that name against what was recorded.</summary>
    public static void Replay(RecordedRun recorded) => Replay(recorded, tasks => tasks.AddOrchestrator(recorded.Orchestrator, new Reflected(Methods[recorded.Orchestrator])));

    /// <summary>Replays another function in its place.</summary>
    public static void Replay(RecordedRun recorded, Func<TaskOrchestrationContext, Task<bool>> instead) =>
        Replay(recorded, tasks => tasks.AddOrchestratorFunc(recorded.Orchestrator, instead));

    private static void Replay(RecordedRun recorded, Action<DurableTaskRegistry> register)
    {
        var tasks = new DurableTaskRegistry();
        register(tasks);
        using var services = new ServiceCollection().BuildServiceProvider();
        ReplayTester.Replay(new RegistryWorkload(tasks, services, TestPlatform.Payloads, NullLoggerFactory.Instance), recorded);
    }

    private sealed class Reflected(MethodInfo method) : ITaskOrchestrator
    {
        public Type InputType => typeof(object);

        public Type OutputType => typeof(object);

        public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
        {
            var running = (Task)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [context], null)!;
            await running;
            return method.ReturnType.IsGenericType ? method.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(running) : null;
        }
    }
}
