using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ProCode.Local.Hosting.Http;

namespace ProCode.Local.Hosting.Admin;

/// <summary>
/// Answers what the Functions host tells of itself: ping, status, and which functions there are. As with the Core Tools no key is asked for. Limits of requests don't count here.
/// </summary>
internal sealed class AdminRequests(
    HostState state, HostFile hostFile, ListedFunctions functions, IConfiguration configuration, IHostEnvironment environment, TimeProvider time)
{
    // The host that the local one imitates: tools look at it to tell what they can ask for.
    private const string ImitatedVersion = "4.1037.0.0";

    private static readonly PathString Functions = "/admin/functions";

    public static bool IsAdmin(HttpContext context) => context.Request.Path.StartsWithSegments("/admin");

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var (method, path) = (context.Request.Method, context.Request.Path);
        if (Is("/admin/host/ping") && (HttpMethods.IsGet(method) || HttpMethods.IsPost(method)))
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
        if (!HttpMethods.IsGet(method)) return next(context);
        if (Is("/admin/host/status")) return WriteAsync(context, Status());

        var baseUrl = $"{context.Request.Scheme}://{context.Request.Host}";
        if (Is("/admin/functions"))
            return WriteAsync(context, new JsonArray([.. functions.All.Select(JsonNode? (function) => function.ToJson(baseUrl, hostFile.RoutePrefix))]));
        return path.StartsWithSegments(Functions, out var name) && functions.Find(name.Value!.Trim('/')) is { } one
            ? WriteAsync(context, one.ToJson(baseUrl, hostFile.RoutePrefix))
            : next(context);

        bool Is(string wanted) => path.Equals(wanted, StringComparison.OrdinalIgnoreCase) || path.Equals(wanted + "/", StringComparison.OrdinalIgnoreCase);
    }

    private JsonObject Status()
    {
        using var self = Process.GetCurrentProcess();
        return new JsonObject
        {
            ["id"] = configuration["AzureFunctionsWebHost:hostid"] ?? environment.ApplicationName.ToLowerInvariant(),
            ["state"] = state.Name,
            ["version"] = ImitatedVersion,
            ["versionDetails"] = $"{ImitatedVersion} as the local runtime of ProCode imitates it",
            ["platformVersion"] = "",
            ["instanceId"] = "",
            ["computerName"] = "",
            ["processUptime"] = (long)(time.GetUtcNow() - new DateTimeOffset(self.StartTime)).TotalMilliseconds,
            ["functionAppContentEditingState"] = "Unknown",
        };
    }

    private static Task WriteAsync(HttpContext context, JsonNode answer)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(answer.ToJsonString());
    }
}
