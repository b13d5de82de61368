using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProCode.Json;

namespace ProCode.Functions.Http;

/// <summary>What stands between the network and every function.</summary>
internal static class HttpModule
{
    /// <summary>The middleware, outermost first, and the one JSON dialect in the three places that would otherwise have their own.</summary>
    public static FunctionsApplicationBuilder UseHttpEdge(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<RequestIdMiddleware>();
        builder.UseMiddleware<ExceptionMiddleware>();
        builder.UseMiddleware<BodyLimitMiddleware>();
        builder.UseMiddleware<AuthenticationMiddleware>();
        builder.UseMiddleware<AuthorizationMiddleware>();
        builder.UseMiddleware<IdempotencyMiddleware>();

        builder.Services.Configure<WorkerOptions>(options => options.Serializer = new JsonObjectSerializer(ProCodeJson.Stored));
        builder.Services.Configure<JsonOptions>(options => ProCodeJson.Apply(options.SerializerOptions));
        builder.Services.Configure<Microsoft.AspNetCore.Mvc.JsonOptions>(options => ProCodeJson.Apply(options.JsonSerializerOptions));
        return builder;
    }
}
