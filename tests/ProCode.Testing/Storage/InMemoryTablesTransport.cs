using Azure.Core;
using Azure.Core.Pipeline;

namespace ProCode.Testing.Storage;

/// <summary>A table account in memory, for <c>TableClientOptions.Transport</c>: it speaks the service's protocol and passes the contract suite of Azurite.</summary>
/// <remarks>
/// Safe for several threads. With a scan limit it reads at most so many rows per page, so that pages come short or empty
/// with a continuation token, which the real service does too.
/// </remarks>
public sealed class InMemoryTablesTransport(TimeProvider? time = null, int? scanLimit = null) : HttpPipelineTransport
{
    private readonly InMemoryTableService service = new(time ?? TimeProvider.System, scanLimit);
    private long requests;

    /// <summary>For the client whose options hold this transport; the account has no other address and any key.</summary>
    public static string ConnectionString => "AccountName=memory;AccountKey=bWVtb3J5;TableEndpoint=https://tables.invalid/memory";

    /// <summary>How many requests were answered.</summary>
    public long RequestCount => Interlocked.Read(ref requests);

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message)
    {
        message.CancellationToken.ThrowIfCancellationRequested();
        using var body = new MemoryStream();
        message.Request.Content?.WriteTo(body, message.CancellationToken);
        var headers = message.Request.Headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        var request = TableRequest.Of(message.Request.Method.Method, message.Request.Uri.ToUri(), headers, body.ToArray());

        var response = service.Answer(request);
        response.ClientRequestId = message.Request.ClientRequestId;
        response["x-ms-request-id"] = Guid.NewGuid().ToString();
        message.Response = response;
        Interlocked.Increment(ref requests);
    }

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        Process(message);
        return ValueTask.CompletedTask;
    }
}
