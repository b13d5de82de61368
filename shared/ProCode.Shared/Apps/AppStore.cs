using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>Which apps a list asks for; archived ones only when they are asked for too.</summary>
public sealed record AppFilter(long ProjectId, DevMode? DevMode = null, TechStack? TechStack = null, string? NamePrefix = null, bool Archived = false);

/// <summary>What never changes about a pro-code app.</summary>
public sealed record AppFacts(long Id, string Name, TechStack TechStack);

/// <summary>The apps, their names and their project's list.</summary>
public sealed class AppStore(Tables tables, AppPartition rows, Owners owners, TimeProvider time)
{
    // A creation that died between taking the name and making the app gives the name back after this time.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(2);

    // The bound only keeps a long-lived process from growing for ever.
    private const int RememberedFacts = 20_000;

    private readonly ConcurrentDictionary<long, AppFacts> _facts = new();

    /// <summary>The app, or null.</summary>
    public async Task<Stored<App>?> FindAsync(long id, CancellationToken cancellation) => await rows.FindAsync<App>(id, AppRows.App, cancellation);

    /// <summary>What never changes about an app that is there, remembered.</summary>
    public async Task<AppFacts> FactsAsync(long id, CancellationToken cancellation)
    {
        if (_facts.TryGetValue(id, out var known)) return known;
        var app = (await FindAsync(id, cancellation) ?? throw new InvalidOperationException($"App {id} is gone.")).Value;
        if (_facts.Count > RememberedFacts) _facts.Clear();
        return _facts[id] = new AppFacts(app.Id, app.Name, app.TechStack!.Value);
    }

    /// <summary>The app's repository, or null.</summary>
    public async Task<Repo?> FindRepoAsync(long appId, CancellationToken cancellation) =>
        (await rows.FindAsync<Repo>(appId, AppRows.Repo, cancellation))?.Value;

    /// <summary>
    /// Part of every transaction that begins a pipeline or connects a repository: it fails when the app was archived, or anything else begun in it, since it was read.
    /// Archiving changes the same row, so it never happens beside a beginning that it didn't see.
    /// </summary>
    public static TableTransactionAction StaysOpen(Stored<App> app) => Update(app.Value, app);

    /// <summary>The row of a changed app, for a transaction.</summary>
    public static TableTransactionAction Update(App app, Stored<App> found) => AppPartition.Update(app.Id, AppRows.App, found.ETag, app);

    /// <summary>How setting the app up at its git host stands; null for an app without a repository.</summary>
    public async Task<AppSetup?> FindSetupAsync(long appId, CancellationToken cancellation) =>
        (await rows.FindAsync<AppSetup>(appId, AppRows.Setup, cancellation))?.Value;

    /// <summary>Makes the app and its repository, and owes its set-up unless there is nothing to do. Making the same id again gives what was made; a taken name changes nothing.</summary>
    public async Task<Result<App>> CreateAsync(App app, Repo? repo, AppSetup? setup, CancellationToken cancellation)
    {
        var taken = AppErrors.NameTaken.With($"The name '{app.Name}' is taken.", "name", "is taken");
        if (!await TakeNameAsync(app, cancellation)) return taken;

        var debt = new OutboxEntry(OutboxKind.LIST_APP, app.Id);
        List<TableTransactionAction> changes =
            [AppPartition.Insert(app.Id, AppRows.App, app), AppPartition.Owe(app.Id, debt), UseName(app.Id, app.Name)];
        if (repo is not null)
        {
            await owners.SetAsync(OwnedKind.Repo, repo.Id, app.Id, cancellation);
            changes.Add(AppPartition.Insert(app.Id, AppRows.Repo, repo));
        }

        if (setup is not null) changes.Add(AppPartition.Insert(app.Id, AppRows.Setup, setup));
        if (setup?.Status == SetupStatus.RUNNING) changes.Add(AppPartition.Owe(app.Id, new OutboxEntry(OutboxKind.START_SETUP, app.Id)));
        if (await rows.CommitAsync(app.Id, changes, cancellation) is not { } versions)
        {
            if (await FindAsync(app.Id, cancellation) is not { } made) return taken; // We were too slow: the name has gone to another.
            app = made.Value;
            await ListAsync(app, cancellation);
            return app;
        }

        await ListAsync(app, cancellation);
        await rows.DeleteAsync(app.Id, AppRows.Outbox(debt), versions[1], cancellation);
        return app;
    }

    /// <summary>A page of a project's apps.</summary>
    public async Task<Result<Page<App>>> ListAsync(AppFilter filter, int limit, string? continuation, CancellationToken cancellation)
    {
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {ListPartition(filter.ProjectId)}");
        if (!filter.Archived) query += " and Archived eq false";
        if (filter.DevMode is { } mode) query += TableClient.CreateQueryFilter($" and DevMode eq {mode.ToString()}");
        if (filter.TechStack is { } stack) query += TableClient.CreateQueryFilter($" and TechStack eq {stack.ToString()}");
        if (filter.NamePrefix is { } name)
        {
            var prefix = name.ToLowerInvariant();
            query += TableClient.CreateQueryFilter($" and NameLower ge {prefix} and NameLower lt {prefix + char.MaxValue}");
        }

        var table = await tables.GetAsync(TableNames.Listings, cancellation);
        return await table.ReadPageAsync(query, limit, continuation, row => AppPartition.Read<App>(row).Value, cancellation);
    }

    /// <summary>Brings the app's line in its project's list up to date; one that shows a later state stays.</summary>
    public async Task ListAsync(App app, CancellationToken cancellation)
    {
        var line = new TableEntity(ListPartition(app.ProjectId), InvertedId.Of(app.Id))
        {
            ["DevMode"] = app.DevMode.ToString(),
            ["TechStack"] = app.TechStack?.ToString(),
            ["NameLower"] = app.Name.ToLowerInvariant(),
            ["Archived"] = app.ArchivedAt is not null,
        };
        TableEntityJson.Set(line, AppPartition.Document, app);

        // A slow creator must not put an archived app back: that debt is paid, so nobody would mend it.
        var table = await tables.GetAsync(TableNames.Listings, cancellation);
        while (true)
        {
            var shown = await table.FindAsync(line.PartitionKey, line.RowKey, cancellation);
            if (shown is not null && IsLater(AppPartition.Read<App>(shown).Value, app)) return;
            if (shown is not null) line.ETag = shown.ETag;
            if (shown is null ? await table.TryInsertAsync(line, cancellation) : await table.TryUpdateAsync(line, cancellation)) return;
        }
    }

    private static bool IsLater(App shown, App app) =>
        shown.ArchivedAt is not null == app.ArchivedAt is not null ? shown.UpdatedAt > app.UpdatedAt : shown.ArchivedAt is not null;

    private static string ListPartition(long projectId) => string.Create(CultureInfo.InvariantCulture, $"project-{projectId}-apps");

    // Only one of the app's creation and the takeover of its name can write this row.
    private static TableTransactionAction UseName(long appId, string name) => AppPartition.Insert(appId, AppRows.Name, name);

    // Names are unique without regard to case, because image repositories and host names know none. Hashed: a row key can't hold every name.
    private async Task<bool> TakeNameAsync(App app, CancellationToken cancellation)
    {
        var partition = string.Create(CultureInfo.InvariantCulture, $"project-{app.ProjectId}-app-names");
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(app.Name.ToLowerInvariant())));
        var mine = new TableEntity(partition, key) { ["AppId"] = app.Id, ["TakenAt"] = time.GetUtcNow() };
        var table = await tables.GetAsync(TableNames.Listings, cancellation);
        while (true)
        {
            if (await table.TryInsertAsync(mine, cancellation)) return true;
            if (await table.FindAsync(partition, key, cancellation) is not { } holder) continue;

            var holderId = holder.GetInt64("AppId")!.Value;
            if (holderId == app.Id) return true;
            var owner = await FindAsync(holderId, cancellation);
            if (owner is null)
            {
                if (time.GetUtcNow() - holder.GetDateTimeOffset("TakenAt")!.Value < AbandonedAfter) return false;

                // The holder's creation may only be slow. From here on it can't be finished any more; that it hasn't been is seen afterwards.
                await rows.CommitAsync(holderId, [UseName(holderId, app.Name)], cancellation);
                owner = await FindAsync(holderId, cancellation);
            }

            // An archived app holds its name no longer, and is so for good: nothing has to be cleared away when it is archived.
            if (owner is { Value.ArchivedAt: null }) return false;
            mine.ETag = holder.ETag;
            if (await table.TryUpdateAsync(mine, cancellation)) return true;
        }
    }
}
