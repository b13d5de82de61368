using System.Globalization;
using Azure;
using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>A poll that has been made: its row goes, and another takes its place unless nobody waits any more.</summary>
public sealed record PolledRow(Stored<DeploymentPoll> Row, DeploymentPoll? Next);

/// <summary>
/// The deployments that are waited for, of all apps, a partition for each target, in the order in which they are due: so one question, and a few writes, serve for all
/// of them. More rows than one for a deployment do no harm; all go when its pipeline waits no longer.
/// </summary>
public sealed class DeploymentPolls(Tables tables)
{
    /// <summary>The most that are read at once.</summary>
    public const int Page = 1000;

    // Sorts behind all moments.
    private const string AbsenceKey = "away";

    // A transaction has a hundred changes, and a row that moves is two.
    private const int Batch = 50;
    private const int BatchesAtOnce = 4;

    /// <summary>Has the deployment polled from now on. Adding the same one again is fine.</summary>
    public async Task AddAsync(string target, DeploymentPoll poll, CancellationToken cancellation) =>
        await (await tables.GetAsync(TableNames.Polls, cancellation)).UpsertEntityAsync(Entity(target, poll), TableUpdateMode.Replace, cancellation);

    /// <summary>Those that are due, the most overdue first; a page at most.</summary>
    public async Task<IReadOnlyList<Stored<DeploymentPoll>>> DueAsync(string target, DateTimeOffset now, CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {target} and RowKey lt {Moment(now) + "~"}");
        var table = await tables.GetAsync(TableNames.Polls, cancellation);
        await foreach (var page in table.QueryAsync<TableEntity>(filter, Page, cancellationToken: cancellation).AsPages())
            return [.. page.Values.Select(Read)];
        return [];
    }

    /// <summary>Writes what came of polls, many in one request. What another pass has written meanwhile stays, and what can't be written with it stays due.</summary>
    public async Task WriteAsync(string target, IReadOnlyCollection<PolledRow> polled, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Polls, cancellation);

        // No key may stand in a transaction twice.
        var distinct = polled.GroupBy(one => one.Next is { } next ? Key(next) : Key(one.Row.Value))
            .SelectMany(same => same.Select((one, index) => index == 0 ? one : one with { Next = null }));
        await Parallel.ForEachAsync(
            distinct.Chunk(Batch), new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancellation },
            async (batch, stop) => await table.TrySubmitAsync(batch.SelectMany(one => Changes(target, one)), stop));
    }

    /// <summary>Since when the target has not answered; null when it does.</summary>
    public async Task<Stored<TargetAbsence>?> FindAbsenceAsync(string target, CancellationToken cancellation) =>
        await (await tables.GetAsync(TableNames.Polls, cancellation)).FindAsync(target, AbsenceKey, cancellation) is { } row
            ? new Stored<TargetAbsence>(
                new TargetAbsence(row.GetDateTimeOffset("Since")!.Value, row.GetInt32("Asked")!.Value, row.GetDateTimeOffset("AskAgainAt")!.Value), row.ETag)
            : null;

    /// <summary>Writes down that the target does not answer, or, null, that it does again.</summary>
    public async Task NoteAbsenceAsync(string target, TargetAbsence? absence, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Polls, cancellation);
        if (absence is null)
        {
            await table.DeleteEntityAsync(target, AbsenceKey, ETag.All, cancellation);
            return;
        }

        var row = new TableEntity(target, AbsenceKey) { ["Since"] = absence.Since, ["Asked"] = absence.Asked, ["AskAgainAt"] = absence.AskAgainAt };
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);
    }

    private static IEnumerable<TableTransactionAction> Changes(string target, PolledRow polled)
    {
        var moves = polled.Next is null || Key(polled.Next) != Key(polled.Row.Value);
        if (moves) yield return new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(target, Key(polled.Row.Value)), polled.Row.ETag);
        if (polled.Next is { } next) yield return new TableTransactionAction(TableTransactionActionType.UpsertReplace, Entity(target, next));
    }

    private static TableEntity Entity(string target, DeploymentPoll poll) => new(target, Key(poll))
    {
        ["Interval"] = poll.Interval,
        ["Until"] = poll.Until,
        ["Said"] = poll.Said,
        ["IsSettled"] = poll.IsSettled,
    };

    private static Stored<DeploymentPoll> Read(TableEntity row)
    {
        var (moment, id) = (row.RowKey[..19], row.RowKey[20..]);
        var due = new DateTimeOffset(long.Parse(moment, CultureInfo.InvariantCulture), TimeSpan.Zero);
        var poll = new DeploymentPoll(
            DeployId.Parse(id) ?? throw new InvalidOperationException($"'{id}' is no deployment's id."), due, row.GetInt32("Interval")!.Value,
            row.GetDateTimeOffset("Until")!.Value, row.GetString("Said")!, row.GetBoolean("IsSettled")!.Value);
        return new Stored<DeploymentPoll>(poll, row.ETag);
    }

    private static string Key(DeploymentPoll poll) => $"{Moment(poll.Due)}-{poll.Id}";

    private static string Moment(DateTimeOffset moment) => moment.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
