using ProCode.Apps;

namespace ProCode.Repos;

/// <summary>A webhook with a new secret. Deliberately not a record: its text form doesn't show the secret.</summary>
public sealed class RotatedWebhook(Repo repo, AppSetup setup, string? secret)
{
    public Repo Repo { get; } = repo;

    public AppSetup Setup { get; } = setup;

    /// <summary>Told only where a person has to enter it at the host, and only here.</summary>
    public string? Secret { get; } = secret;
}
