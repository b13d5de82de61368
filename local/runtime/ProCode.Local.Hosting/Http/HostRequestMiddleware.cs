using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ProCode.Local.Hosting.Http;

/// <summary>Does to a request what the Functions host does on its way to the app.</summary>
internal static class HostRequestMiddleware
{
    /// <summary>Bytes of a request body above which the Functions host gives up with an empty 500.</summary>
    private const long LargestBody = 104_857_600;

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // No 405 and no Allow header: to the host a wrong method is no route at all.
        if (context.GetEndpoint()?.Metadata.GetMetadata<HttpFunction>() is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        if (context.Request.ContentLength > LargestBody)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        }
        RewriteHeaders(context.Request.Headers);
        return next(context);
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
