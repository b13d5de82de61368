using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace ProCode.Functions.Http;

/// <summary>Gives every request an id: the client's X-Request-Id when it is harmless, else a new one. It is in the answer and in every log line.</summary>
internal sealed class RequestIdMiddleware(ILogger<RequestIdMiddleware> logger) : HttpMiddleware
{
    public const string HeaderName = "X-Request-Id";
    private const int MaxLength = 64;

    protected override async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        var given = http.Request.Headers[HeaderName].ToString();
        var id = IsHarmless(given) ? given : Guid.CreateVersion7().ToString("N");
        http.TraceIdentifier = id;
        http.Response.Headers[HeaderName] = id;
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["RequestId"] = id });
        await next(context);
    }

    private static bool IsHarmless(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
