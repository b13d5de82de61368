using Microsoft.AspNetCore.Http;

namespace ProCode.Contract.Tests.Registry;

/// <summary>A request as it arrived before the registry.</summary>
/// <param name="Host">To which it was sent, with its port.</param>
/// <param name="Target">Path and query, escaped as they were sent.</param>
/// <param name="Length">Of its body, in bytes.</param>
internal sealed record FrontRequest(string Host, string Repository, string Method, string Target, long? Length, string ContentRange, string Range, string Authorization)
{
    public static FrontRequest Of(HttpContext context, string repository, string target) => new(
        context.Request.Host.Value!,
        repository,
        context.Request.Method,
        target,
        context.Request.ContentLength,
        context.Request.Headers.ContentRange.ToString(),
        context.Request.Headers.Range.ToString(),
        context.Request.Headers.Authorization.ToString());
}
