using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Keeps the registry's refresh token until shortly before it expires. Safe for use by many threads.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A client lives as long as it is used and is never disposed of; a semaphore without a wait handle holds nothing.")]
internal sealed class RefreshTokens(TokenCredential credential, TokenRequests requests)
{
    // As long before its end as Azure's clients renew their tokens.
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim turn = new(1);
    private (string Service, string Token, DateTimeOffset Expires)? kept;

    public async Task<string> GetAsync(string service, TokenRequestContext context, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        else
            turn.Wait(cancellationToken);
        try
        {
            if (kept is not { } now || now.Service != service || now.Expires <= TimeProvider.System.GetUtcNow() + Spare)
            {
                var entra = async ? await credential.GetTokenAsync(context, cancellationToken).ConfigureAwait(false) : credential.GetToken(context, cancellationToken);
                var token = await requests.RefreshTokenAsync(service, entra.Token, async, cancellationToken).ConfigureAwait(false);
                kept = now = (service, token, ExpiryOf(token));
            }

            return now.Token;
        }
        finally
        {
            turn.Release();
        }
    }

    // A token that doesn't say when it ends, in seconds since 1970, is used once.
    private static DateTimeOffset ExpiryOf(string token)
    {
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            return DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64());
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException
            or ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MinValue;
        }
    }
}
