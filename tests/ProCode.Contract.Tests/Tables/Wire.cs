using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace ProCode.Contract.Tests.Tables;

/// <summary>Stands where the network would: keeps the requests that a client sends, and answers them in turn, the last answer again and again.</summary>
internal sealed class Wire(params (HttpStatusCode Status, string Body)[] answers) : HttpMessageHandler
{
    private readonly List<SentRequest> _sent = [];

    public IReadOnlyList<SentRequest> Sent => _sent;

    /// <summary>Options of a client that talks to this wire and doesn't wait long before it tries again.</summary>
    public TableClientOptions Options() => new()
    {
        Transport = new HttpClientTransport(this),
        Retry = { MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) },
    };

    public static (HttpStatusCode Status, string Body) Error(HttpStatusCode status, string code) =>
        (status, """{"odata.error":{"code":"CODE","message":{"lang":"en-US","value":"Something about CODE."}}}""".Replace("CODE", code, StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (status, body) = answers[Math.Min(_sent.Count, answers.Length - 1)];
        _sent.Add(new SentRequest(
            request.RequestUri!,
            request.Headers.TryGetValues("Authorization", out var authorization) ? authorization.Single() : null,
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        return new HttpResponseMessage(status)
        {
            RequestMessage = request,
            Content = new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "text/html"),
        };
    }
}

/// <summary>What a client sent.</summary>
internal sealed record SentRequest(Uri Uri, string? Authorization, string Body);
