using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>The registry's own tokens: a refresh token for one of Entra, and an access token for one scope. They take a pipeline without authentication.</summary>
internal sealed class TokenRequests(Uri endpoint, HttpPipeline pipeline)
{
    /// <exception cref="RequestFailedException">The registry doesn't take the token.</exception>
    public Task<string> RefreshTokenAsync(string service, string entraToken, bool async, CancellationToken cancellationToken) =>
        SendAsync("/oauth2/exchange", "refresh_token", [("grant_type", "access_token"), ("service", service), ("access_token", entraToken)], async, cancellationToken);

    /// <summary>Without a refresh token it is one for anybody.</summary>
    /// <exception cref="RequestFailedException">The registry doesn't let in who asks.</exception>
    public Task<string> AccessTokenAsync(string service, string scope, string? refreshToken, bool async, CancellationToken cancellationToken) => SendAsync(
        "/oauth2/token",
        "access_token",
        [("service", service), ("scope", scope), ("refresh_token", refreshToken ?? ""), ("grant_type", refreshToken is null ? "password" : "refresh_token")],
        async,
        cancellationToken);

    private async Task<string> SendAsync(string path, string wanted, (string Name, string Value)[] form, bool async, CancellationToken cancellationToken)
    {
        using var message = pipeline.CreateMessage();
        message.ResponseClassifier = Accept.Ok;
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(endpoint);
        message.Request.Uri.AppendPath(path, escape: false);
        message.Request.Headers.SetValue("Accept", "application/json");
        message.Request.Headers.SetValue("Content-Type", "application/x-www-form-urlencoded");
        message.Request.Content = string.Join('&', form.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        if (async)
            await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        else
            pipeline.Send(message, cancellationToken);
        if (message.Response.IsError)
            throw new RequestFailedException(message.Response, null, ErrorParser.Instance);
        using var document = JsonDocument.Parse(message.Response.Content);
        return document.RootElement.GetProperty(wanted).GetString()!;
    }
}
