using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>ASP.NET Core for HTTP functions.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Lets HTTP functions take <see cref="HttpRequest"/> and return results. Middleware added before this doesn't see the request.</summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddMvcCore();
        builder.Services.AddSingleton<IFunctionTrigger, HttpTrigger>();
        builder.Use(next => context => HttpResponseWriter.InvokeAsync(context, next));
        return builder;
    }
}
