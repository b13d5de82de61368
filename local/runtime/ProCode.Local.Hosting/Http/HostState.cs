using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace ProCode.Local.Hosting.Http;

/// <summary>Refuses requests that come on open connections once the host has been told to stop; those under way end in peace.</summary>
internal sealed class HostState(IHostApplicationLifetime lifetime)
{
    /// <summary>What the Functions host calls the state.</summary>
    public string Name => lifetime.ApplicationStopping.IsCancellationRequested ? "Stopping" : lifetime.ApplicationStarted.IsCancellationRequested ? "Running" : "Starting";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested) return next(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
