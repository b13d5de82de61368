using Microsoft.AspNetCore.Http;

namespace ProCode.Local.Hosting.Http;

/// <summary>
/// Lets in as many requests as host.json says: further ones wait for their turn, in order, and when too many are here already they are refused with 429.
/// </summary>
internal sealed class RequestQueue(int? maxConcurrent, int? maxOutstanding) : IDisposable
{
    private const string ScaleOutHeader = "X-FUNCTION-SCALEOUT";

    private readonly SemaphoreSlim? _turns = maxConcurrent is { } limit ? new(limit, limit) : null;
    private int _outstanding;

    /// <summary>Whether there is any limit at all.</summary>
    public bool IsNeeded => maxConcurrent is not null || maxOutstanding is not null;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _outstanding) > maxOutstanding) Refuse(context);
            else await AnswerAsync(context, next);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }

    public void Dispose() => _turns?.Dispose();

    // To the platform the header is a reason to start another host.
    private static void Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers[ScaleOutHeader] = "1";
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (_turns is null)
        {
            await next(context);
            return;
        }
        try
        {
            await _turns.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Its client is gone.
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            _turns.Release();
        }
    }
}
