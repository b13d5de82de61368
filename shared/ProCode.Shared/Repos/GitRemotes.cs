using System.Globalization;
using ProCode.Credentials;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>Turns an app's repository into something that can be called: the address with its decrypted credential.</summary>
public sealed class GitRemotes(CredentialStore credentials)
{
    /// <summary>The remote; the credential is held in memory only as long as the caller keeps it.</summary>
    public Task<Result<GitRemote>> ForAsync(Repo repo, CancellationToken cancellation) => ForAsync(repo.Url, repo.GitType, repo.CredentialId, cancellation);

    /// <summary>The remote of an address that may not be an app's yet.</summary>
    public async Task<Result<GitRemote>> ForAsync(string url, GitType type, long? credentialId, CancellationToken cancellation)
    {
        if (credentialId is not { } id) return new GitRemote(url, null, type);
        if (!(await credentials.GetSecretAsync(id, cancellation)).TryGet(out var secret, out _)) return NoSuchCredential(id);
        if (secret.Server is { } server && !IsAt(url, server))
            return GeneralErrors.Invalid.With($"This credential is for {server} only.", "credentialId", "is bound to another server than the repository's");

        return ToGit(secret) is { } credential
            ? new GitRemote(url, credential, type)
            : GeneralErrors.Invalid.With("This kind of credential opens no git repository.", "credentialId", "must be of kind token or basic");
    }

    // Without a port in it, a server means the scheme's own port.
    private static bool IsAt(string url, string server) =>
        Uri.TryCreate(url, UriKind.Absolute, out var at) && string.Equals(at.Authority, server, StringComparison.OrdinalIgnoreCase);

    internal static Error NoSuchCredential(long id) => GeneralErrors.Invalid.With(
        "There is no such credential.", "credentialId", string.Create(CultureInfo.InvariantCulture, $"no credential has the id {id}"));

    // The git hosts take a token as a password; which user name goes with it doesn't matter to any of them.
    private static GitCredential? ToGit(CredentialSecret secret) => secret switch
    {
        CredentialSecret.Token token => new GitCredential("oauth2", token.Value),
        CredentialSecret.Basic basic => new GitCredential(basic.Username, basic.Password),
        _ => null,
    };
}
