using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace ProCode.Local.Hosting.Http;

/// <summary>
/// What a request may have so that the worker gets it. The Functions host is one server and the app behind it another: the host's limits can't be changed, the app's
/// own are those of its <see cref="KestrelServerOptions"/>. Here one Kestrel is both, with the host's limits; a request that the worker's would refuse gets the
/// empty 500 that the host makes of it.
/// </summary>
internal sealed class WorkerLimits
{
    /// <summary>Bytes of a request body above which the Functions host gives up, whatever the app says.</summary>
    private const long LargestBody = 104_857_600;

    // An id of the invocation, the trace, and X-Forwarded-For, -Host and -Proto.
    private const int HeadersOfTheHost = 5;

    private int _headerCount;
    private long? _bodySize;

    /// <summary>Keeps what the app has set, and gives Kestrel the limits of the host.</summary>
    public void TakeFrom(KestrelServerOptions options)
    {
        (_headerCount, _bodySize) = (options.Limits.MaxRequestHeaderCount, options.Limits.MaxRequestBodySize);
        var host = new KestrelServerLimits();
        options.Limits.MaxRequestHeaderCount = host.MaxRequestHeaderCount;
        options.Limits.MaxRequestHeadersTotalSize = host.MaxRequestHeadersTotalSize;
        options.Limits.MaxRequestLineSize = host.MaxRequestLineSize;
        options.Limits.MaxRequestBodySize = LargestBody;
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        // Connection is between the client and the host.
        var forwarded = headers.Count - (headers.ContainsKey(HeaderNames.Connection) ? 1 : 0) + HeadersOfTheHost;
        if (forwarded > _headerCount || context.Request.ContentLength > LargestBody)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        }
        return context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? ForwardAsync(context, next) : next(context);
    }

    private async Task ForwardAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(
            new BodySize(context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>()) { MaxRequestBodySize = _bodySize });
        var answer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new ForwardedBody(context.Request.Body, onRefused: () =>
        {
            // What the app answers from here on reaches nobody.
            if (!context.Response.HasStarted) context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        });
        context.Request.Body = body;
        await next(context);
        if (!body.IsRefused) return;

        context.Features.Set(answer);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }

    /// <summary>The worker's limit for one request, as the app sees and changes it: more than the host takes doesn't come.</summary>
    private sealed class BodySize(IHttpMaxRequestBodySizeFeature host) : IHttpMaxRequestBodySizeFeature
    {
        private long? _value;

        public bool IsReadOnly => host.IsReadOnly;

        public long? MaxRequestBodySize
        {
            get => _value;
            set
            {
                host.MaxRequestBodySize = Math.Min(value ?? LargestBody, LargestBody);
                _value = value;
            }
        }
    }
}
