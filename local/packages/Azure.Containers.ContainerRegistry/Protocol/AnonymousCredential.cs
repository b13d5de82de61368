using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Stands for no credential: nobody is asked for a token of Entra.</summary>
internal sealed class AnonymousCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Without a credential there is no token of Entra.");

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Without a credential there is no token of Entra.");
}
