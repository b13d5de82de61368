using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Net.Http.Headers;

namespace ProCode.Local.Hosting.Http;

/// <summary>Does to a request what the Functions host does on its way to the app.</summary>
internal sealed class HostRequestMiddleware(IConfiguration configuration)
{
    private readonly bool _hasHomepage = !string.Equals(configuration["AzureWebJobsDisableHomepage"], bool.TrueString, StringComparison.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<HttpFunction>() is null) return AnswerItselfAsync(context.Request.Path, context.Response);
        RewriteHeaders(context.Request.Headers);
        return next(context);
    }

    private Task AnswerItselfAsync(PathString path, HttpResponse response)
    {
        if (path != "/")
        {
            // No 405 and no Allow header: to the host a wrong method is no route at all.
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        if (!_hasHomepage)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        response.ContentType = "text/html";
        return response.WriteAsync("<!DOCTYPE html><title>Functions app</title><p>The local Functions host runs.</p>");
    }

    private static void RewriteHeaders(IHeaderDictionary headers)
    {
        List<string>? rewrite = null;
        foreach (var (name, values) in headers)
        {
            if (values.Count > 1 || IsForwarded(name)) (rewrite ??= []).Add(name);
        }
        if (rewrite is null) return;

        foreach (var name in rewrite)
        {
            // What a client claims about its origin doesn't reach the app.
            if (IsForwarded(name)) headers.Remove(name);
            else headers[name] = string.Join(name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? "; " : ", ", headers[name].ToArray());
        }
    }

    private static bool IsForwarded(string name) => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);
}
