using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProCode.Runtime.Tests.Hosting;

/// <summary>An app of chosen function classes on the local host, with a folder of its own and a client.</summary>
internal sealed class FunctionsApp : IAsyncDisposable
{
    private readonly string? _ownFolder;

    private FunctionsApp(IHost host, string? ownFolder)
    {
        _ownFolder = ownFolder;
        Host = host;
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public IHost Host { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => Host.Services;

    public static Task<FunctionsApp> StartAsync(params Type[] functions) => StartAsync(configure: null, functions);

    public static async Task<FunctionsApp> StartAsync(Action<FunctionsApplicationBuilder>? configure, params Type[] functions)
    {
        var folder = Directory.CreateTempSubdirectory("procode-host-").FullName;
        return await StartAsync(folder, configure, functions, ownsFolder: true);
    }

    /// <summary>The same with settings on the command line, such as <c>--Key=value</c>, which are there before the app configures anything.</summary>
    public static async Task<FunctionsApp> StartWithAsync(string[] settings, Action<FunctionsApplicationBuilder>? configure, params Type[] functions)
    {
        var folder = Directory.CreateTempSubdirectory("procode-host-").FullName;
        return await StartAsync(folder, configure, functions, ownsFolder: true, settings);
    }

    /// <summary>Runs in a folder that the caller looks after, so that a second start finds the data of the first.</summary>
    public static Task<FunctionsApp> StartInAsync(string folder, Action<FunctionsApplicationBuilder>? configure, params Type[] functions) =>
        StartAsync(folder, configure, functions, ownsFolder: false);

    /// <summary>A builder with ASP.NET on it, for apps that are to be refused.</summary>
    public static FunctionsApplicationBuilder Builder(string folder, params Type[] functions) => Builder(folder, [], functions);

    private static FunctionsApplicationBuilder Builder(string folder, string[] settings, Type[] functions)
    {
        File.WriteAllText(Path.Combine(folder, "host.json"), """{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}, "logging": {"logLevel": {"default": "Error"}}}""");
        string[] args = [$"--AzureWebJobsScriptRoot={folder}", $"--ProCodeLocal:DataPath={folder}/data", "--ProCodeLocal:Port=0", .. settings];
        return new FunctionsApplicationBuilder(args, FunctionCatalog.Of(typeof(FunctionsApp).Assembly, functions));
    }

    /// <summary>Why an app of these functions does not start.</summary>
    public static string Refusal(params Type[] functions)
    {
        var folder = Directory.CreateTempSubdirectory("procode-host-").FullName;
        try
        {
            var builder = Builder(folder, functions);
            builder.ConfigureFunctionsWebApplication();
            return Assert.Throws<InvalidOperationException>(builder.Build).Message;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.StopAsync();
        await ((IAsyncDisposable)Host).DisposeAsync();
        if (_ownFolder is not null) Directory.Delete(_ownFolder, recursive: true);
    }

    private static async Task<FunctionsApp> StartAsync(
        string folder, Action<FunctionsApplicationBuilder>? configure, Type[] functions, bool ownsFolder, string[]? settings = null)
    {
        var builder = Builder(folder, settings ?? [], functions);
        if (configure is null) builder.ConfigureFunctionsWebApplication();
        else configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new FunctionsApp(host, ownsFolder ? folder : null);
    }
}
