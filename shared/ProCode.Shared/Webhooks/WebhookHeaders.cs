using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace ProCode.Webhooks;

/// <summary>The three headers of a Standard Webhooks delivery. <paramref name="Timestamp"/> is in seconds since 1970, as text;
/// <paramref name="Signature"/> is one or more <c>v1,base64</c>, separated by spaces. A missing header is empty text.</summary>
public sealed record WebhookHeaders(string Id, string Timestamp, string Signature)
{
    private const string IdName = "webhook-id";
    private const string TimestampName = "webhook-timestamp";
    private const string SignatureName = "webhook-signature";

    /// <summary>What a received request says; a header sent twice is as good as missing.</summary>
    public static WebhookHeaders From(IHeaderDictionary headers)
    {
        return new WebhookHeaders(Single(IdName), Single(TimestampName), Single(SignatureName));

        string Single(string name) => headers[name] is [var value] ? value ?? "" : "";
    }

    /// <summary>Puts them on a request that is about to be sent.</summary>
    public void AddTo(HttpRequestHeaders headers)
    {
        headers.Add(IdName, Id);
        headers.Add(TimestampName, Timestamp);
        headers.Add(SignatureName, Signature);
    }
}
