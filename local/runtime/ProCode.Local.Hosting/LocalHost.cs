using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProCode.Local.Hosting.Admin;
using ProCode.Local.Hosting.Http;

namespace ProCode.Local.Hosting;

/// <summary>The Functions host in this process: settings, host.json, logs to stderr, and Kestrel on 127.0.0.1.</summary>
internal static class LocalHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args, string applicationName)
    {
        var given = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var folder = Path.GetFullPath(given["AzureWebJobsScriptRoot"] ?? AppContext.BaseDirectory);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = applicationName,
            ContentRootPath = folder,
            EnvironmentName = given["AZURE_FUNCTIONS_ENVIRONMENT"] ?? Environments.Development,
        });
        // A variable of the environment wins over local.settings.json, as with the Core Tools.
        builder.Configuration.AddInMemoryCollection(LocalSettingsFile.Read(folder)).AddEnvironmentVariables().AddCommandLine(args);

        var hostFile = HostFile.Read(folder, builder.Configuration);
        builder.Services.AddSingleton(hostFile);
        builder.Services.AddSingleton(new RequestQueue(hostFile.MaxConcurrentRequests, hostFile.MaxOutstandingRequests));
        builder.Services.AddSingleton<HostState>();
        builder.Services.AddSingleton<HostRequestMiddleware>();
        builder.Services.AddSingleton<WorkerLimits>();
        builder.Services.AddSingleton<ListedFunctions>();
        builder.Services.AddSingleton<AdminRequests>();
        builder.Services.AddSingleton(services => LocalHostSettings.Read(services.GetRequiredService<IConfiguration>()));
        builder.Services.TryAddSingleton(TimeProvider.System);
        AddLogging(builder, hostFile);
        AddServer(builder);
        return builder;
    }

    /// <summary>Answers with these functions; the routing problems, when there are any, are returned and nothing is mapped.</summary>
    public static IReadOnlyList<string> UseFunctions(this WebApplication app, IReadOnlyCollection<HttpFunction> functions)
    {
        var hostFile = app.Services.GetRequiredService<HostFile>();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Host");
        foreach (var warning in hostFile.Warnings) HostingLog.HostFileWarning(log, warning);

        var table = RouteTable.Create(functions, hostFile.RoutePrefix, app.Services.GetRequiredService<ParameterPolicyFactory>());
        if (table.Problems.Count > 0) return table.Problems;

        var state = app.Services.GetRequiredService<HostState>();
        app.UseWhen(AdminRequests.IsAdmin, admin => admin.Use(app.Services.GetRequiredService<AdminRequests>().InvokeAsync));
        app.UseWhen(context => !AdminRequests.IsAdmin(context), others => others.Use(state.InvokeAsync));
        var queue = app.Services.GetRequiredService<RequestQueue>();
        if (queue.IsNeeded) app.UseWhen(context => !AdminRequests.IsAdmin(context), others => others.Use(queue.InvokeAsync));
        app.UseRouting();
        app.Use(app.Services.GetRequiredService<HostRequestMiddleware>().InvokeAsync);
        app.Use(app.Services.GetRequiredService<WorkerLimits>().InvokeAsync);
        app.UseEndpoints(endpoints =>
        {
            foreach (var (function, pattern) in table.Routes)
            {
                var endpoint = function.Methods.Count == 0
                    ? endpoints.Map(pattern, function.Handler)
                    : endpoints.MapMethods(pattern.RawText!, function.Methods, function.Handler);
                endpoint.WithMetadata(function).WithDisplayName(function.ToString());
            }
        });
        return [];
    }

    private static void AddLogging(WebApplicationBuilder builder, HostFile hostFile)
    {
        builder.Logging.AddConfiguration(hostFile.Logging);
        // stdout carries the ready line and nothing else.
        builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
    }

    private static void AddServer(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<LocalHostSettings>((options, settings) =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, settings.Port);
        }).PostConfigure<WorkerLimits>((options, limits) => limits.TakeFrom(options));
        // The host gives running requests half a minute once it is told to stop.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddHostedService<ReadyLine>();
        builder.Host.UseDefaultServiceProvider(options => options.ValidateScopes = options.ValidateOnBuild = builder.Environment.IsDevelopment());
    }
}
