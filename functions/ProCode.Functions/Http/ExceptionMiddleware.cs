using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>Turns what no function expected into an answer without causes; the log gets the cause, once.</summary>
internal sealed class ExceptionMiddleware(ILogger<ExceptionMiddleware> logger) : HttpMiddleware
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            Clear(http.Response, http.TraceIdentifier);
            Answer(context, AnswerTo(failure, http, context));
        }
    }

    private Answer AnswerTo(Exception failure, HttpContext http, FunctionContext context)
    {
        switch (failure)
        {
            // The client has gone and will not read this, or the host is stopping and it will.
            case OperationCanceledException when http.RequestAborted.IsCancellationRequested || context.CancellationToken.IsCancellationRequested:
                return Answers.Failure(GeneralErrors.Unavailable.With("The request was cut off.") with { RetryAfter = RetryAfter });
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Answers.Failure(RequestReader.TooLarge);
            case BadHttpRequestException:
                return Answers.Failure(GeneralErrors.Invalid.With("The request could not be read."));
            case var _ when IsStorageOutage(failure):
                HttpLog.StorageUnavailable(logger, failure, context.FunctionDefinition.Name, http.TraceIdentifier);
                return Answers.Failure(GeneralErrors.Unavailable.With("The storage does not answer.") with { RetryAfter = RetryAfter });
            default:
                HttpLog.Unexpected(logger, failure, context.FunctionDefinition.Name, http.TraceIdentifier);
                return Answers.Failure(GeneralErrors.Internal.With("Something went wrong; the request id finds it in the log."));
        }
    }

    // The Azure clients throw one exception, or an aggregate of all attempts; status 0 means that nobody answered.
    private static bool IsStorageOutage(Exception failure) => failure switch
    {
        RequestFailedException failed => failed.Status is 0 or 500 or 503,
        AggregateException many => many.InnerExceptions.Count > 0 && many.InnerExceptions.All(IsStorageOutage),
        _ => false,
    };

    private static void Clear(HttpResponse response, string requestId)
    {
        response.Clear();
        response.Headers[RequestIdMiddleware.HeaderName] = requestId;
    }
}
