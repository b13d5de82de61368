using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProCode.Idempotency;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>
/// Answers a repeated request as it answered the first, for functions marked <see cref="IdempotentAttribute"/>. A run that was cut off before
/// its answer was kept is simply run again: <see cref="IRequestIds"/> gives it the same ids, and what exists under an id is not made twice.
/// </summary>
internal sealed class IdempotencyMiddleware(IdempotencyStore store, ILogger<IdempotencyMiddleware> logger) : HttpMiddleware
{
    private const string HeaderName = "Idempotency-Key";
    private const int MaxKeyLength = 128;

    protected override Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next) =>
        http.Request.Headers.TryGetValue(HeaderName, out var values) && EndpointPermissions.Of(context.FunctionDefinition) is { Idempotent: true }
            ? InvokeOnceAsync(values.ToString(), http, context, next)
            : next(context);

    private async Task InvokeOnceAsync(string key, HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (!(await BeginAsync(key, http, context)).TryGet(out var request, out var error))
        {
            Answer(context, Answers.Failure(error));
            return;
        }

        if (request.Answer is { } earlier)
        {
            Answer(context, Functions.Http.Answer.From(earlier));
            return;
        }

        context.InstanceServices.GetRequiredService<RequestIds>().Use(request);
        await next(context);
        await KeepAnswerAsync(request, http, context);
    }

    private async Task<Result<KeyedRequest>> BeginAsync(string key, HttpContext http, FunctionContext context)
    {
        if (key.Length is 0 or > MaxKeyLength || key.Any(character => character is <= ' ' or > '~'))
            return GeneralErrors.Invalid.With("The Idempotency-Key is not usable.", HeaderName, $"must be 1 to {MaxKeyLength} visible ASCII characters");
        if (!(await http.Request.ReadBytesAsync(context.CancellationToken)).TryGet(out var body, out var error)) return error;
        http.Request.Body = new MemoryStream(body.ToArray(), writable: false);

        byte[] whole = [.. Encoding.UTF8.GetBytes($"{http.Request.GetEncodedPathAndQuery()}\n"), .. body.Span];
        return await store.BeginAsync(http.Request.Principal().Id, context.FunctionDefinition.Name, key, whole, context.CancellationToken);
    }

    private async Task KeepAnswerAsync(KeyedRequest request, HttpContext http, FunctionContext context)
    {
        if (context.GetInvocationResult().Value is not Answer answer)
        {
            HttpLog.AnswerNotKept(logger, context.FunctionDefinition.Name, http.TraceIdentifier);
            return;
        }

        if (answer.HoldsSecret) return;

        // What may go better the next time is not the answer yet.
        if (answer.Status is StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError) return;

        // The effect is there; that its client has gone away is no reason to forget the answer.
        var kept = await request.RecordAsync(answer.ToRecord(), CancellationToken.None);
        Answer(context, Functions.Http.Answer.From(kept));
    }
}
