using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ProCode.Deliveries;

/// <summary>A delivery as it came in. <paramref name="Body"/> is the raw body: signatures cover bytes, not JSON.</summary>
public sealed record HookRequest(IHeaderDictionary Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>A header's value; a header that is missing or was sent twice is empty text.</summary>
    public string Header(string name) => Headers[name] is [var value] ? value ?? "" : "";

    /// <summary>The SHA-256 of the body, in hexadecimal.</summary>
    public string BodyHash() => Convert.ToHexStringLower(SHA256.HashData(Body.Span));
}
