using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ProCode.Contract.Tests.Registry;

/// <summary>
/// Azure's registry tokens: what lies below <c>guarded/</c> wants one for its scope. Anybody gets one to read; to write, it takes a refresh token, and for
/// that one of Entra.
/// </summary>
internal sealed class AzureTokens
{
    /// <summary>A token of Entra for which there is a refresh token of 3 hours.</summary>
    public const string Entra = "a-token-of-entra";

    /// <summary>One for which there is a refresh token of 4 minutes.</summary>
    public const string EntraForMinutes = "a-token-of-entra-for-minutes";

    /// <summary>One for which there is a refresh token that says its end in milliseconds.</summary>
    public const string EntraInMilliseconds = "a-token-of-entra-in-milliseconds";

    /// <summary>One for which there is a refresh token that doesn't say its end.</summary>
    public const string EntraWithoutEnd = "a-token-of-entra-without-end";

    private readonly ConcurrentDictionary<string, string> scopes = new();
    private readonly ConcurrentDictionary<string, bool> refreshTokens = new();

    /// <summary>False after it has answered that a token is wanted: the service's own, whoever asks for it.</summary>
    public async Task<bool> LetsInAsync(HttpContext context, string repository, string service)
    {
        if (!repository.StartsWith("guarded/", StringComparison.Ordinal))
            return true;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var scope = $"repository:{repository}:{(reads ? "pull" : "pull,push")}";
        if (context.Request.Headers.Authorization is [{ } header] && scopes.GetValueOrDefault(header.Replace("Bearer ", "", StringComparison.Ordinal)) == scope)
            return true;
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"https://{service}/oauth2/token\",service=\"{service}\",scope=\"{scope}\"";
        await AzureFront.RefuseAsync(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED");
        return false;
    }

    /// <summary>Gives tokens: POST /oauth2/exchange and /oauth2/token.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var (token, name) = (context.Request.Path.Value, form["grant_type"].ToString()) switch
        {
            ("/oauth2/exchange", "access_token") when ClaimsFor(form["access_token"].ToString()) is { } claims => (NewRefreshToken(claims), "refresh_token"),
            ("/oauth2/token", "refresh_token") when refreshTokens.ContainsKey(form["refresh_token"].ToString()) => (NewAccessToken(form), "access_token"),
            ("/oauth2/token", "password") when form["scope"].ToString().EndsWith(":pull", StringComparison.Ordinal) => (NewAccessToken(form), "access_token"),
            _ => (null, ""),
        };
        if (token is null || form["service"] != context.Request.Host.Value)
            await AzureFront.RefuseAsync(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED");
        else
            await context.Response.WriteAsJsonAsync(new Dictionary<string, string> { [name] = token });
    }

    private string NewAccessToken(IFormCollection form)
    {
        var token = Guid.NewGuid().ToString("N");
        scopes[token] = form["scope"].ToString();
        return token;
    }

    // Those of the refresh token; null when the token is none of Entra.
    private static string? ClaimsFor(string entra)
    {
        var now = TimeProvider.System.GetUtcNow();
        return entra switch
        {
            Entra => $$"""{"exp":{{now.AddHours(3).ToUnixTimeSeconds()}}}""",
            EntraForMinutes => $$"""{"exp":{{now.AddMinutes(4).ToUnixTimeSeconds()}}}""",
            EntraInMilliseconds => $$"""{"exp":{{now.AddHours(3).ToUnixTimeMilliseconds()}}}""",
            EntraWithoutEnd => "{}",
            _ => null,
        };
    }

    private string NewRefreshToken(string claims)
    {
        var token = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{Guid.NewGuid():N}";
        refreshTokens[token] = true;
        return token;
    }
}
