using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

[assembly: WorkerExtensionStartup(typeof(TimerExtensionStartup))]

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Adds timer functions to every app that refers to this package.</summary>
internal sealed class TimerExtensionStartup : WorkerExtensionStartup
{
    public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
    {
        applicationBuilder.Services.AddSingleton<TimerTrigger>();
        applicationBuilder.Services.AddSingleton<IFunctionTrigger>(services => services.GetRequiredService<TimerTrigger>());
        applicationBuilder.Services.AddSingleton<IHostedService, TimerService>();
    }
}
