using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Protocol;

/// <summary>Gives each try of a request the signature that the credential has at that time, once.</summary>
internal sealed class SharedAccessSignaturePolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var (query, signature) = (message.Request.Uri.Query, credential.Signature.TrimStart('?'));
        if (query.Contains(signature, StringComparison.Ordinal))
            return;
        message.Request.Uri.Query = query.Length > 1 ? $"{query}&{signature}" : "?" + signature;
    }
}
