using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProCode.Idempotency;

namespace ProCode.Functions.Http;

/// <summary>
/// An answer whose envelope is written already, so that a failing serializer is still the function's failure; only the request id,
/// which is another one at every replay, is added when it is sent.
/// </summary>
internal sealed class Answer(int status, string body) : IResult
{
    public int Status { get; } = status;

    /// <summary>The envelope's JSON object without its request id.</summary>
    public string Body { get; } = body;

    public string? ETag { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when it must not be kept for an Idempotency-Key: who repeats the request is answered from the rows.</summary>
    public bool HoldsSecret { get; init; }

    public static Answer From(RecordedAnswer recorded) => new(recorded.Status, recorded.Body) { ETag = recorded.ETag };

    public RecordedAnswer ToRecord() => new(Status, Body, ETag);

    /// <summary>Whether the client has this version already. What a PUT answers is news to its client in any case.</summary>
    public bool IsKnownTo(HttpRequest request) => ETag is not null && !HttpMethods.IsPut(request.Method) && IsKnown(ETag, request);

    /// <summary>Whether the client says that it has this version of what it asks for.</summary>
    public static bool IsKnown(string etag, HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Tag == "*" || tag.Compare(new EntityTagHeaderValue(etag), useStrongComparison: false));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.CacheControl = ETag is null ? "no-store" : "private, no-cache";
        response.Headers.ETag = ETag is null ? StringValues.Empty : ETag;
        if (IsKnownTo(httpContext.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = Status;
        if (RetryAfter is { } pause) response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";

        // A request id has only characters that need no escaping.
        var bytes = Encoding.UTF8.GetBytes($"{Body.AsSpan(0, Body.Length - 1)},\"requestId\":\"{httpContext.TraceIdentifier}\"}}");
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
