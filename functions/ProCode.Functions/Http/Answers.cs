using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProCode.Json;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Functions.Http;

/// <summary>Everything that an endpoint can answer: the envelope of docs/api.md around data, or around a failure.</summary>
internal static class Answers
{
    private const int MaxWaitSeconds = 60;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>200.</summary>
    public static Answer Ok<T>(T data) => Success(StatusCodes.Status200OK, data);

    /// <summary>201.</summary>
    public static Answer Created<T>(T data) => Success(StatusCodes.Status201Created, data);

    /// <summary>200, with a secret that is shown this once.</summary>
    public static Answer OkWithSecret<T>(T data) => WithSecret(StatusCodes.Status200OK, data);

    /// <summary>201, with a secret that is shown this once.</summary>
    public static Answer CreatedWithSecret<T>(T data) => WithSecret(StatusCodes.Status201Created, data);

    /// <summary>202: begun, and going on in an orchestration.</summary>
    public static Answer Accepted<T>(T data) => Success(StatusCodes.Status202Accepted, data);

    /// <summary>200 with an ETag over the data; 304 to a client that has them already.</summary>
    public static Answer Entity<T>(T data)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(data, ProCodeJson.Options);
        var etag = $"\"{Base64Url.EncodeToString(SHA256.HashData(json).AsSpan(0, 16))}\"";
        return new Answer(StatusCodes.Status200OK, Envelope(json)) { ETag = etag };
    }

    /// <summary>200 with one page of a list.</summary>
    public static Answer Page<T>(IReadOnlyList<T> items, string? continuation) => Ok(new PageResponse<T>(items, continuation));

    /// <summary>200 with one page of a list, each item in its outside form.</summary>
    public static Answer Page<T, TResponse>(Page<T> page, Func<T, TResponse> from) => Page<TResponse>([.. page.Items.Select(from)], page.Continuation);

    /// <summary>The status of the failure's kind.</summary>
    public static Answer Failure(Error error) => new(StatusOf(error.Kind), EnvelopeOf(error)) { RetryAfter = error.RetryAfter };

    /// <summary>
    /// An entity as <see cref="Entity"/> answers it; with <c>?wait=30</c> (0 to 60 seconds) and If-None-Match the answer is held back until the
    /// entity is another than the client's or the time is over. <c>wait</c> is the only query parameter.
    /// </summary>
    public static async Task<IResult> EntityWhenChangedAsync<T>(
        HttpRequest request, Func<CancellationToken, Task<Result<T>>> read, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var wait = TimeSpan.FromSeconds(query.Number("wait", 0, MaxWaitSeconds) ?? 0);
        if (query.Failed(out var error)) return Failure(error);

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.HttpContext.RequestAborted);
        var time = request.HttpContext.RequestServices.GetRequiredService<TimeProvider>();

        // A service that is asked to stop lets nobody wait any longer.
        var stopping = request.HttpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var begin = time.GetTimestamp();
        for (var pause = ShortestPause; ; pause = Min(pause * 2, LongestPause))
        {
            if (!(await read(either.Token)).TryGet(out var data, out error)) return Failure(error);
            var answer = Entity(data);
            var left = wait - time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero || !answer.IsKnownTo(request) || stopping.IsCancellationRequested) return answer;
            await Task.Delay(Min(pause, left), time, either.Token);
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static Answer Success<T>(int status, T data) => new(status, Envelope(JsonSerializer.SerializeToUtf8Bytes(data, ProCodeJson.Options)));

    private static Answer WithSecret<T>(int status, T data) =>
        new(status, Envelope(JsonSerializer.SerializeToUtf8Bytes(data, ProCodeJson.Options))) { HoldsSecret = true };

    private static string Envelope(byte[] data) => $$"""{"code":0,"message":"success","data":{{System.Text.Encoding.UTF8.GetString(data)}}}""";

    private static string EnvelopeOf(Error error) =>
        JsonSerializer.Serialize(new FailureResponse(error.Code.Number, error.Code.Name, error.Message, error.Details), ProCodeJson.Options);

    private static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Precondition => StatusCodes.Status412PreconditionFailed,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        ErrorKind.Internal => StatusCodes.Status500InternalServerError,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
    };

    private sealed record PageResponse<T>(IReadOnlyList<T> Items, string? Continuation);

    private sealed record FailureResponse(int Code, string Error, string Message, IReadOnlyList<ErrorDetail> Details);
}
