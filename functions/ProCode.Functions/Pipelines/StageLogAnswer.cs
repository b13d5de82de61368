using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProCode.Functions.Http;
using ProCode.Pipelines.Logs;

namespace ProCode.Functions.Pipelines;

/// <summary>A log, or a part of it, passed on as it comes from the storage: 200, 206, or 416 when there is nothing from that byte on.
/// <c>X-Log-Complete</c> says whether anything can follow.</summary>
internal sealed class StageLogAnswer(StageLogReading log, bool isComplete) : IResult
{
    /// <summary>Where the header of a request says to begin, and how many bytes it wants. Null when it wants all: no range, several, a range from the end, or
    /// one on a condition, which is met by the whole.</summary>
    public static (long From, long? Count)? RangeOf(HttpRequest request)
    {
        var headers = request.Headers;
        if (StringValues.IsNullOrEmpty(headers.Range) || !StringValues.IsNullOrEmpty(headers.IfRange)) return null;
        if (!RangeHeaderValue.TryParse(headers.Range.ToString(), out var asked) || asked.Unit != "bytes" || asked.Ranges.Count != 1) return null;
        var range = asked.Ranges.Single();
        return range.From is { } from ? (from, range.To is { } to && to < long.MaxValue ? to - from + 1 : null) : null;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var content = log;
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ETag = log.ETag;
        response.Headers.AcceptRanges = "bytes";
        response.Headers["X-Log-Complete"] = isComplete ? "true" : "false";
        if (RangeOf(request) is null && Answer.IsKnown(log.ETag, request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = log.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        if (RangeOf(request) is not null)
        {
            response.StatusCode = log.Length > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = log.Length > 0
                ? string.Create(CultureInfo.InvariantCulture, $"bytes {log.From}-{log.From + log.Length - 1}/{log.Total}")
                : string.Create(CultureInfo.InvariantCulture, $"bytes */{log.Total}");
        }

        await log.Content.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
