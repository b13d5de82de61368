using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ProCode.Functions.Http;

/// <summary>200 with a file for the client to keep, 304 to a client that has it: the one kind of success without an envelope.</summary>
internal sealed class FileAnswer(ReadOnlyMemory<byte> content, string contentType, string fileName, string etag) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ETag = etag;
        if (Answer.IsKnown(etag, httpContext.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        response.Headers.ContentDisposition = disposition.ToString();
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }
}
