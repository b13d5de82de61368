namespace LibGit2Sharp;

/// <summary>A way to be let in.</summary>
public abstract class Credentials;

/// <summary>User name and password or token.</summary>
public sealed class UsernamePasswordCredentials : Credentials
{
    public string Username { get; set; }

    public string Password { get; set; }
}

/// <summary>What a server accepts.</summary>
[Flags]
public enum SupportedCredentialTypes
{
    UsernamePassword = 1,
    Default = 2,
}
