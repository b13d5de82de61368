using Azure.Core.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Local.Hosting;
using ProCode.Local.Hosting.Admin;
using ProCode.Local.Hosting.Http;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a functions app: services, settings, middleware, and the functions that were found.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private bool _isBuilt;

    internal FunctionsApplicationBuilder(string[] args, FunctionCatalog catalog)
    {
        _web = LocalHost.CreateBuilder(args, catalog.AppName);
        Services.AddSingleton(catalog);
        Services.AddSingleton<FunctionLoader>();
        Services.AddSingleton<HttpFunctions>();
        AddSerializer();
        foreach (var startup in catalog.Extensions)
            ((WorkerExtensionStartup)Activator.CreateInstance(startup, nonPublic: true)!).Configure(this);
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    public ConfigurationManager Configuration => _web.Configuration;

    public IHostEnvironment Environment => _web.Environment;

    public ILoggingBuilder Logging => _web.Logging;

    public IMetricsBuilder Metrics => _web.Metrics;

    public IServiceCollection Services => _web.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => _web.Configuration;

    /// <summary>Loads all functions. Throws <see cref="InvalidOperationException"/> with every reason why one can't be loaded, or when called twice.</summary>
    public IHost Build()
    {
        ThrowIfBuilt();
        _isBuilt = true;
        StartLast();
        var app = _web.Build();
        var loader = app.Services.GetRequiredService<FunctionLoader>();
        var problems = loader.Load(Pipeline());
        var listed = app.Services.GetRequiredService<ListedFunctions>();
        foreach (var function in loader.Loaded) listed.Add(FunctionListing.Of(function, loader.IsDisabled(function)));
        problems = [.. problems, .. app.UseFunctions(app.Services.GetRequiredService<HttpFunctions>().All)];
        if (problems.Count == 0) return app;

        ((IDisposable)app).Dispose();
        throw new InvalidOperationException($"These functions can't be loaded:{string.Concat(problems.Select(problem => $"\n- {problem}"))}");
    }

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _middleware.Add(middleware);
        return this;
    }

    private void AddSerializer()
    {
        Services.Configure<System.Text.Json.JsonSerializerOptions>(options => options.PropertyNameCaseInsensitive = true);
        Services.AddOptions<WorkerOptions>().PostConfigure<IOptions<System.Text.Json.JsonSerializerOptions>>(
            (options, json) => options.Serializer ??= new JsonObjectSerializer(json.Value));
    }

    private FunctionExecutionDelegate Pipeline()
    {
        FunctionExecutionDelegate pipeline = FunctionRunner.ExecuteAsync;
        for (var i = _middleware.Count - 1; i >= 0; i--) pipeline = _middleware[i](pipeline);
        return pipeline;
    }

    // Functions may use what the app's own services prepare when they start.
    private void StartLast()
    {
        var late = Services
            .Where(service => service.ServiceType == typeof(IHostedService) && typeof(IFunctionRuntimeService).IsAssignableFrom(service.ImplementationType))
            .ToList();
        foreach (var service in late) Services.Remove(service);
        Services.Add(late);
    }

    private void ThrowIfBuilt()
    {
        if (_isBuilt) throw new InvalidOperationException("The application is already built.");
    }
}
