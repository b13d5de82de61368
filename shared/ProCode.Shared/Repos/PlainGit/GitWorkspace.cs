using LibGit2Sharp;

namespace ProCode.Repos.PlainGit;

/// <summary>A temporary folder with an empty bare repository that knows one remote, removed when disposed.</summary>
internal sealed class GitWorkspace : IDisposable
{
    private const string Prefix = "procode-git-";

    // No call lives nearly as long: what is older was left by a process that was killed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(Prefix);

    public GitWorkspace(Uri url)
    {
        try
        {
            Repository = new Repository(Repository.Init(_folder.FullName, isBare: true));
            Remote = Repository.Network.Remotes.Add("origin", url.AbsoluteUri);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Repository Repository { get; }

    public Remote Remote { get; }

    public static void RemoveAbandoned(TimeProvider time)
    {
        var before = time.GetUtcNow().UtcDateTime - Abandoned;
        foreach (var left in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*").Where(left => left.LastWriteTimeUtc < before))
            Remove(left);
    }

    public void Dispose()
    {
        Remote?.Dispose();
        Repository?.Dispose();
        Remove(_folder);
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            // Git writes its packs read-only, which Windows does not delete.
            foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.IsReadOnly))
                file.IsReadOnly = false;
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use or somebody else's: the next start finds it again.
        }
    }
}
