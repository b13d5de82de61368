namespace ProCode.Apps;

/// <summary>What a team decides about its app (<c>PUT /apps/{id}/settings</c>); an app without settings has these defaults.</summary>
public sealed record AppSettings
{
    /// <summary>Whether a tag that is pushed to the repository starts a release of it.</summary>
    public bool ReleaseOnTag { get; init; }
}
