using System.Globalization;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Repos;

/// <summary>The repositories, each a row of its app.</summary>
public sealed class RepoStore(AppPartition rows, Owners owners)
{
    /// <summary>The repository, or null.</summary>
    public async Task<Stored<Repo>?> FindAsync(long id, CancellationToken cancellation) =>
        await owners.FindAsync(OwnedKind.Repo, id, cancellation) is { } appId && await FindOfAppAsync(appId, cancellation) is { } found && found.Value.Id == id
            ? found
            : null;

    /// <summary>The repository of an app, or null.</summary>
    public Task<Stored<Repo>?> FindOfAppAsync(long appId, CancellationToken cancellation) => rows.FindAsync<Repo>(appId, AppRows.Repo, cancellation);

    /// <summary>Applies the change to the row as it is, whoever else writes to it; a change that gives back the same repository writes nothing.
    /// Null when the app has no repository (any more).</summary>
    public async Task<Repo?> ApplyAsync(long appId, Func<Repo, Repo> change, CancellationToken cancellation)
    {
        while (await FindOfAppAsync(appId, cancellation) is { } found)
        {
            var changed = change(found.Value);
            if (changed == found.Value || await rows.CommitAsync(appId, [Update(changed, found)], cancellation) is not null) return changed;
        }

        return null;
    }

    /// <summary>No repository has this id.</summary>
    public static Error NotFound(long id) => GeneralErrors.NotFound.With(string.Create(CultureInfo.InvariantCulture, $"There is no repository {id}."));

    internal static Azure.Data.Tables.TableTransactionAction Update(Repo repo, Stored<Repo> found) =>
        AppPartition.Update(repo.AppId, AppRows.Repo, found.ETag, repo);
}
