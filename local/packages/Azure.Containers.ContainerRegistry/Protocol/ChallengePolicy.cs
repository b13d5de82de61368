using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>
/// Sends a request without a token first; a registry that wants one says which (401, <c>Bearer service=…,scope=…</c>), gets asked for it, and the request is sent again. No other host gets a token.
/// As with every bearer token, the base class refuses addresses that are not https.
/// </summary>
internal sealed class ChallengePolicy : BearerTokenAuthenticationPolicy
{
    private readonly Uri endpoint;
    private readonly string[] entraScopes;
    private readonly TokenRequests requests;
    private readonly RefreshTokens? refreshTokens;

    public ChallengePolicy(Uri endpoint, TokenCredential credential, string entraScope, TokenRequests requests)
        : base(credential, entraScope)
    {
        this.endpoint = endpoint;
        entraScopes = [entraScope];
        this.requests = requests;
        refreshTokens = credential is AnonymousCredential ? null : new RefreshTokens(credential, requests);
    }

    // No token before the registry has said for what.
    protected override void AuthorizeRequest(HttpMessage message)
    {
    }

    protected override ValueTask AuthorizeRequestAsync(HttpMessage message) => default;

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message) => AuthorizeAsync(message, async: false).Ended();

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message) => await AuthorizeAsync(message, async: true).ConfigureAwait(false);

    private async Task<bool> AuthorizeAsync(HttpMessage message, bool async)
    {
        // Where the registry sends its client on, to another page or with an upload, may be another's: it gets no token, and its 401 is the answer.
        if (message.Request.Uri.Host != endpoint.Host || message.Request.Uri.Port != endpoint.Port)
            return false;

        // A registry that wants something else, a password say, is none for this client.
        var challenge = Challenge.Of(message.Response);
        ArgumentNullException.ThrowIfNull(challenge);
        var refreshToken = refreshTokens is null ? null : await refreshTokens.GetAsync(
            challenge.Service, new TokenRequestContext(entraScopes, message.Request.ClientRequestId), async, message.CancellationToken).ConfigureAwait(false);
        var token = await requests.AccessTokenAsync(challenge.Service, challenge.Scope, refreshToken, async, message.CancellationToken).ConfigureAwait(false);
        message.Request.Headers.SetValue("Authorization", "Bearer " + token);
        return true;
    }
}
