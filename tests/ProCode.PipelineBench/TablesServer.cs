using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProCode.Testing.Storage;

namespace ProCode.PipelineBench;

/// <summary>
/// The tests' table account in memory as a server, in a process of its own: Azurite looks at all rows of a table for every query, which so many apps
/// make too slow for anything else to be seen.
/// </summary>
internal static class TablesServer
{
    public static async Task<int> RunAsync()
    {
        var transport = new InMemoryTablesTransport();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(transport, context));
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"Tables ready: {app.Urls.First()}/memory");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task AnswerAsync(InMemoryTablesTransport transport, HttpContext context)
    {
        var request = transport.CreateRequest();
        request.Method = RequestMethod.Parse(context.Request.Method);
        request.Uri.Reset(new Uri($"http://{context.Request.Host}{context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget}"));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = RequestContent.Create(body.ToArray());
        foreach (var (name, value) in context.Request.Headers) request.Headers.SetValue(name, value.ToString());

        using var message = new HttpMessage(request, new ResponseClassifier());
        transport.Process(message);
        context.Response.StatusCode = message.Response.Status;
        foreach (var header in message.Response.Headers) context.Response.Headers[header.Name] = header.Value;
        if (message.Response.ContentStream is { } content) await content.CopyToAsync(context.Response.Body);
    }
}
