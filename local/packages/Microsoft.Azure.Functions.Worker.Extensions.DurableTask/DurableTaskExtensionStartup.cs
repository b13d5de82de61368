using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

[assembly: WorkerExtensionStartup(typeof(DurableTaskExtensionStartup))]

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>Adds durable functions to every app that refers to this package.</summary>
public sealed class DurableTaskExtensionStartup : WorkerExtensionStartup
{
    public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
    {
        var services = applicationBuilder.Services;
        services.AddSingleton<DurableRuntime>();
        services.AddSingleton<IFunctionTrigger, OrchestrationTrigger>();
        services.AddSingleton<IFunctionTrigger, ActivityTrigger>();
        services.AddSingleton<IParameterBinder, DurableClientBinder>();
        services.AddSingleton<IHostedService, DurableService>();
    }
}
