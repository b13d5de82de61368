namespace ProCode.Repos;

/// <summary>User name and password or token. Deliberately not a record: its text form shows nothing.</summary>
public sealed class GitCredential(string username, string password)
{
    public string Username { get; } = username;

    public string Password { get; } = password;
}
