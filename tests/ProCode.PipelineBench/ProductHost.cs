using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProCode.PipelineBench;

/// <summary>Gets at the services of a host that someone else's Main builds: hosts announce themselves before they are built.</summary>
internal static class ProductHost
{
    private const string Listener = "Microsoft.Extensions.Hosting";
    private const string Building = "HostBuilding";

    /// <summary>Calls <paramref name="configure"/> for every host that is built in this process, after its own registrations.</summary>
    public static IDisposable WhenBuilding(Action<IConfiguration, IServiceCollection> configure) =>
        DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
        {
            if (listener.Name == Listener)
            {
                listener.Subscribe(new Observer<KeyValuePair<string, object?>>(told =>
                {
                    if (told is { Key: Building, Value: IHostBuilder host })
                    {
                        host.ConfigureServices((context, services) => configure(context.Configuration, services));
                    }
                }));
            }
        }));

    private sealed class Observer<T>(Action<T> onNext) : IObserver<T>
    {
        public void OnNext(T value) => onNext(value);

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
