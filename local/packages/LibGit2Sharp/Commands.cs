namespace LibGit2Sharp;

/// <summary>What the command line's commands do.</summary>
public static class Commands
{
    /// <summary>Fetches refs of a remote (a name or a URL). A ref that the remote does not have is left out in silence.</summary>
    public static void Fetch(Repository repository, string remote, IEnumerable<string> refspecs, FetchOptions options, string? logMessage)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentException.ThrowIfNullOrEmpty(remote);
        var url = repository.Network.Remotes.FirstOrDefault(known => known.Name == remote)?.Url ?? remote;
        string[] tags = options?.TagFetchMode switch
        {
            TagFetchMode.None => ["--no-tags"],
            TagFetchMode.All => ["--tags"],
            _ => [],
        };
        try
        {
            RemoteCall.Run(
                repository.Folder,
                url,
                options?.CredentialsProvider,
                options?.OnTransferProgress,
                ["fetch", "--quiet", "--no-write-fetch-head", "--no-recurse-submodules", .. tags, "--", remote, .. refspecs]);
        }
        catch (LibGit2SharpException exception) when (exception.Message == RemoteFailure.NoSuchReference)
        {
        }
    }
}
