using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ProCode.Tests.Repos;

/// <summary>What a <see cref="ScriptedHttpServer"/> answers.</summary>
internal sealed record ScriptedAnswer(int Status, byte[] Body, string ContentType)
{
    private IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    private bool IsBrokenOff { get; init; }

    private bool IsMissing { get; init; }

    /// <summary>JSON: a text is sent as it is, anything else is written as JSON.</summary>
    public static ScriptedAnswer Json(object body, int status = 200) => new(
        status, body is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(body), "application/json; charset=utf-8");

    public static ScriptedAnswer Bytes(byte[] body, string contentType = "application/x-gzip") => new(200, body, contentType);

    public static ScriptedAnswer Text(string body, int status = 200, string contentType = "text/html") => new(status, Encoding.UTF8.GetBytes(body), contentType);

    public static ScriptedAnswer Nothing(int status) => new(status, [], "");

    /// <summary>Never answers; ends when the client hangs up.</summary>
    public static ScriptedAnswer Never() => Nothing(200) with { IsMissing = true };

    public ScriptedAnswer With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    /// <summary>Promises a byte more than it sends, and hangs up.</summary>
    public ScriptedAnswer BrokenOff() => this with { IsBrokenOff = true };

    public async Task WriteAsync(HttpContext http)
    {
        if (IsMissing)
        {
            var hungUp = new TaskCompletionSource();
            await using var registration = http.RequestAborted.Register(hungUp.SetResult);
            await hungUp.Task;
            return;
        }

        http.Response.StatusCode = Status;
        foreach (var (name, value) in Headers) http.Response.Headers.Append(name, value);
        if (ContentType.Length > 0) http.Response.ContentType = ContentType;
        if (Status != StatusCodes.Status204NoContent) http.Response.ContentLength = Body.Length + (IsBrokenOff ? 1 : 0);
        await http.Response.Body.WriteAsync(Body, http.RequestAborted);
        if (!IsBrokenOff) return;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }
}
