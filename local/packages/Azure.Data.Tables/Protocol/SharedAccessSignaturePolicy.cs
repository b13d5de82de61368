using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Protocol;

/// <summary>Gives each try of a request the signature that the credential has at that time, once.</summary>
internal sealed class SharedAccessSignaturePolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    private const string Given = nameof(SharedAccessSignaturePolicy);

    public override void OnSendingRequest(HttpMessage message)
    {
        var (query, signature) = (message.Request.Uri.Query, credential.Signature.TrimStart('?'));
        // An earlier try's is still there, and may have been renewed since.
        if (message.TryGetProperty(Given, out var given) && given is string earlier)
            query = query.Replace(earlier, "", StringComparison.Ordinal).TrimEnd('&');
        message.SetProperty(Given, signature);
        message.Request.Uri.Query = query.Length > 1 ? $"{query}&{signature}" : "?" + signature;
    }
}
